package dev.socks5.interop;

import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.gssapi.GssapiInitiator;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What our client does through any server, at a protection level of GSSAPI. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
interface GssapiMatrix extends RelayMatrix {

    /** The level. */
    ProtectionLevel level();

    /** The client's side of it, but for the level. */
    GssapiInitiator.Builder initiator();

    /** How much goes each way at once. */
    int mebibytes();

    @Override
    default Socks5ClientBuilder client() {
        return RelayMatrix.super.client().gssapi(initiator().level(level()).build());
    }

    @Test
    default void carriesMuchBothWaysAtOnce() throws IOException {
        try (Origin origin = Origin.echo();
                Socket socket = client().build().connect("127.0.0.1", origin.port())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            Bulk.check(socket, mebibytes());
        }
    }
}
