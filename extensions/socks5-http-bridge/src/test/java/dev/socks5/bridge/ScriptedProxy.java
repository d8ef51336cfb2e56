package dev.socks5.bridge;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import java.io.IOException;
import java.time.Duration;

/** A proxy with a script, and clients of it. */
final class ScriptedProxy extends dev.socks5.testing.ScriptedProxy {

    ScriptedProxy(Script script) throws IOException {
        super(script);
    }

    /** A proxy that lets everybody in, opens a tunnel and goes on with a script. */
    static ScriptedProxy tunnel(Script script) throws IOException {
        return new ScriptedProxy(tunnelling(script));
    }

    Socks5ClientBuilder clientBuilder() {
        return Socks5Client.builder().proxy(address()).connectTimeout(Duration.ofSeconds(LIMIT_SECONDS));
    }

    Socks5Client client() {
        return clientBuilder().build();
    }
}
