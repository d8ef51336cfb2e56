package dev.socks5.client.internal.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.InOrder;

/** The order in which things fail, which a test with real sockets cannot choose. */
@Timeout(60)
class ForwardedConnectionTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Socket local = mock(Socket.class);
    private final Socket remote = mock(Socket.class);
    private final CompletableFuture<ForwardedConnection> over = new CompletableFuture<>();

    ForwardedConnectionTest() {
        when(local.isConnected()).thenReturn(true);
        when(remote.isConnected()).thenReturn(true);
    }

    /** One byte, and what the rest of the test decides. */
    @FunctionalInterface
    private interface Source {
        int next(byte[] into) throws Exception;
    }

    private static void reads(Socket socket, Source source) throws Exception {
        when(socket.getInputStream()).thenReturn(new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                try {
                    return source.next(into);
                } catch (IOException e) {
                    throw e;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        });
    }

    private void run(ForwardedConnection.Connect connect) throws Exception {
        ForwardedConnection connection = new ForwardedConnection(local, remote, connect, LIMIT, over::complete);
        connection.run();
        assertThat(over.get()).isSameAs(connection);
    }

    private static void assertReset(Socket socket) throws IOException {
        InOrder order = inOrder(socket);
        order.verify(socket).setSoLinger(true, 0);
        order.verify(socket, atLeastOnce()).close();
        verify(socket, never()).shutdownOutput();
    }

    /** A destination that has closed may have said why: that gets through, although nothing more can be sent to it. */
    @Test
    void whatTheDestinationSaysLastGetsThrough() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        CountDownLatch known = new CountDownLatch(1); // and not only thrown: the two ways run at once
        CountDownLatch closed = new CountDownLatch(1);
        doAnswer(call -> {
                    closed.countDown();
                    return null;
                })
                .when(local)
                .close();
        ByteArrayOutputStream atLocal = new ByteArrayOutputStream();
        when(local.getOutputStream()).thenReturn(atLocal);
        when(remote.getOutputStream()).thenReturn(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                refused.countDown();
                throw new SocketException("Broken pipe");
            }
        });
        reads(local, into -> {
            if (refused.getCount() > 0) {
                return 1;
            }
            known.countDown();
            closed.await(); // More would come, and nobody takes it.
            throw new SocketException("closed by the other way");
        });
        reads(remote, into -> {
            known.await();
            if (atLocal.size() > 0) {
                return -1;
            }
            verify(local, never()).close();
            into[0] = 42;
            return 1;
        });
        run(() -> {});
        assertThat(atLocal.toByteArray()).containsExactly(42);
        assertReset(local);
    }

    @Test
    void onceOneWayHasEndedTheOtherHasALimit() throws Exception {
        when(local.getOutputStream()).thenReturn(new ByteArrayOutputStream());
        when(remote.getOutputStream()).thenReturn(new ByteArrayOutputStream());
        CountDownLatch waited = new CountDownLatch(2);
        CountDownLatch ended = new CountDownLatch(1);
        doAnswer(call -> {
                    ended.countDown();
                    return null;
                })
                .when(remote)
                .shutdownOutput();
        reads(local, into -> {
            waited.await(); // So far the other way may wait as long as it likes.
            return -1;
        });
        reads(remote, into -> {
            waited.countDown();
            if (waited.getCount() == 0) {
                ended.await();
            }
            throw new SocketTimeoutException();
        });
        run(() -> {});
        verify(remote).setSoTimeout((int) LIMIT.toMillis());
        verify(local).setSoTimeout((int) LIMIT.toMillis());
        verify(remote).shutdownOutput();
        assertReset(local);
    }

    @Test
    void whateverFailsWhileConnectingIsAReset() throws Exception {
        ForwardedConnection connection = new ForwardedConnection(
                local,
                remote,
                () -> {
                    throw new IllegalStateException("of a supplier of logins");
                },
                LIMIT,
                over::complete);
        assertThatIllegalStateException().isThrownBy(connection::run);
        assertThat(over).isCompleted();
        assertReset(local);
    }
}
