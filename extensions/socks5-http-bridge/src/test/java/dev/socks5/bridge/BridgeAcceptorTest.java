package dev.socks5.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BridgeAcceptorTest {

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    /** Even if the kernel lets somebody in. */
    @Test
    void hangsUpOnOtherHosts() throws Exception {
        Socket foreigner = new Socket() {
            @Override
            public InetAddress getInetAddress() {
                try {
                    return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        };
        ServerSocket listener = new ServerSocket() {
            private boolean done;

            @Override
            public Socket accept() throws IOException {
                if (done) {
                    close();
                    throw new SocketException("closed");
                }
                done = true;
                return foreigner;
            }
        };
        BridgeParts parts = new BridgeParts();
        new BridgeAcceptor(listener, parts.shared(Executors.newSingleThreadExecutor()), client -> {
                    throw new AssertionError("served");
                })
                .run();
        assertThat(foreigner.isClosed()).isTrue();
        assertThat(parts.sockets.count()).isZero();
    }

    @Test
    void goesOnAcceptingAfterAFailure() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        CountDownLatch served = new CountDownLatch(1);
        try (ServerSocket listener = new ServerSocket(0, 50, loopback()) {
            private boolean failed;

            @Override
            public Socket accept() throws IOException {
                if (!failed) {
                    failed = true;
                    throw new SocketException("Too many open files");
                }
                return super.accept();
            }
        }) {
            BridgeParts parts = new BridgeParts();
            parts.sockets.add(listener);
            thread.execute(new BridgeAcceptor(listener, parts.shared(thread), client -> {
                served.countDown();
                throw new IllegalStateException("no thread for it");
            }));
            try (Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
                served.await();
                assertThat(client.getInputStream().read()).isNegative();
                assertThat(parts.log.get(0)).contains("cannot accept a connection", "Too many open files");
            }
            parts.sockets.closeAll();
            thread.shutdown();
            assertThat(thread.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closesWhatComesTooLate() throws Exception {
        BridgeSockets sockets = new BridgeSockets();
        sockets.closeAll();
        Socket late = new Socket();
        assertThatThrownBy(() -> sockets.add(late)).isInstanceOf(SocketException.class);
        assertThat(late.isClosed()).isTrue();
    }
}
