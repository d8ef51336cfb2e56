package dev.socks5.client.internal.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.Blocked;
import dev.socks5.codec.Endpoint;
import dev.socks5.testing.Authority;
import dev.socks5.testing.ScriptedProxy;
import dev.socks5.testing.TlsFront;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What depends on who is first. */
@Timeout(60)
class TlsLayerTest {

    /** Ends its output long before it is closed: until a thread that reads has come to an end. */
    private static final class SlowToClose extends Socket {

        private final CountDownLatch readerIsDone = new CountDownLatch(1);

        @Override
        public void shutdownOutput() throws IOException {
            super.shutdownOutput();
            try {
                assertThat(readerIsDone.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void theAnswerToACloseIsNoEndOfTheProxysOwn() throws Exception {
        Authority authority = new Authority();
        TlsFront front = new TlsFront(authority.context(authority.issue("A proxy", "localhost")));
        try (ScriptedProxy proxy = new ScriptedProxy(front.before(ScriptedProxy.Client::awaitEnd));
                SlowToClose socket = new SlowToClose()) {
            socket.connect(proxy.address());
            ProxiedSocket connection = new ProxiedSocket(socket);
            connection.secure(authority.context(), Endpoint.of("localhost", 1080));
            Blocked reader = Blocked.in(() -> {
                try {
                    assertThat(connection.input().read()).isNegative();
                } finally {
                    socket.readerIsDone.countDown();
                }
            });
            connection.close();
            assertThat(reader.failure()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
        }
    }
}
