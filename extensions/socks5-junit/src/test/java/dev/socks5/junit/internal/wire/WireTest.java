package dev.socks5.junit.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WireTest {

    /** More than the queue of the server takes, which accepts nobody. */
    private static final int CLIENTS = 6;

    @Test
    void aServerThatTakesNobodyKeepsNoClientWaiting() throws Exception {
        CountDownLatch accepted = new CountDownLatch(CLIENTS);
        List<Socket> clients = new ArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Wire wire = new Wire(
                        (InetSocketAddress) server.getLocalSocketAddress(),
                        from -> {
                            accepted.countDown();
                            return new FakeAttendance(Script.NONE, false);
                        },
                        new ThreadGroup("wire"))) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(
                        new Socket(wire.address().getAddress(), wire.address().getPort()));
            }
            assertThat(accepted.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aServerThatIsGoneIsAnEnd() throws IOException {
        InetSocketAddress gone;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            gone = (InetSocketAddress) server.getLocalSocketAddress();
        }
        FakeAttendance attendance = new FakeAttendance(Script.NONE, false);
        try (Wire wire = new Wire(gone, from -> attendance, new ThreadGroup("wire"));
                Socket client =
                        new Socket(wire.address().getAddress(), wire.address().getPort())) {
            client.setSoTimeout(10_000);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(attendance.isOver).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theRecordIsCompleteBeforeTheClientHasTheEnd(boolean cut) throws Exception {
        Script script = cut ? Script.ending(new Script.Ending(Script.End.CUT, 1, false)) : Script.NONE;
        FakeAttendance attendance = new FakeAttendance(script, false);
        CompletableFuture<Boolean> open = new CompletableFuture<>();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket();
                Wire wire = new Wire(
                        (InetSocketAddress) server.getLocalSocketAddress(),
                        from -> attendance,
                        new ThreadGroup("wire"))) {
            attendance.atEnd = () -> open.complete(isOpen(client));
            client.connect(wire.address());
            try (Socket peer = server.accept()) {
                peer.getOutputStream().write(new byte[] {5, 0});
            }
            assertThat(open.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Whether nothing says that the connection has ended, for a moment. */
    private static boolean isOpen(Socket client) {
        try {
            client.setSoTimeout(50);
            return client.getInputStream().readAllBytes().length > 2;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
