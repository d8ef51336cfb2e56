package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.CALLS_REAL_METHODS;
import static org.mockito.Mockito.mockStatic;
import static org.mockito.Mockito.never;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.mockito.MockedStatic;

/** Names are the proxy's to look up: the destination's, and those that a proxy sends. */
class NameResolutionTest {

    private static final String NAMED = "05 00 00 03 0f 6e 6f 77 68 65 72 65 2e 69 6e 76 61 6c 69 64 04 38";

    @Test
    void looksNothingUp() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send(NAMED);
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.client();
            try (MockedStatic<InetAddress> resolver = mockStatic(InetAddress.class, CALLS_REAL_METHODS);
                    Socket socket = client.connect("example.invalid", 80)) {
                assertThat(socket.getRemoteSocketAddress())
                        .isEqualTo(InetSocketAddress.createUnresolved("example.invalid", 80));
                assertThat(socket.getInetAddress()).isNull();
                assertThat(socket.toString()).contains("example.invalid");
                resolver.verify(() -> InetAddress.getByName(anyString()), never());
                resolver.verify(() -> InetAddress.getAllByName(anyString()), never());
                resolver.verify(() -> InetAddress.getByName(any()), never());
            }
            assertThat(proxy.received()).endsWith("03 0f 65 78 61 6d 70 6c 65 2e 69 6e 76 61 6c 69 64 00 50");
        }
    }
}
