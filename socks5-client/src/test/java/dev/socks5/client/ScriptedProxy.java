package dev.socks5.client;

import java.io.IOException;
import java.time.Duration;

/** A proxy with a script, and clients of it. */
public final class ScriptedProxy extends dev.socks5.testing.ScriptedProxy {

    public ScriptedProxy(Script script) throws IOException {
        super(script);
    }

    ScriptedProxy(int port, Script script) throws IOException {
        super(port, script);
    }

    /** A proxy that lets everybody in, opens a tunnel and goes on with a script. */
    public static ScriptedProxy tunnel(Script script) throws IOException {
        return new ScriptedProxy(tunnelling(script));
    }

    public Socks5ClientBuilder clientBuilder() {
        return Socks5Client.builder().proxy(address()).connectTimeout(Duration.ofSeconds(LIMIT_SECONDS));
    }

    Socks5Client client() {
        return clientBuilder().build();
    }
}
