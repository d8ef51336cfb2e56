package dev.socks5.client;

import static dev.socks5.client.ScriptedProxy.LOGIN_SELECTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.codec.PasswordRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blocked calls that end because this side wants them to: nothing is left open. */
class InterruptionTest {

    private static final SocketAddress DESTINATION = InetSocketAddress.createUnresolved("example.com", 80);

    @FunctionalInterface
    private interface Call {
        void run() throws IOException;
    }

    /** A thread in a blocking call: what it failed with, and whether it was interrupted then. */
    private static final class Caller extends Thread {

        private final Call call;
        private final CompletableFuture<@Nullable IOException> failure = new CompletableFuture<>();
        private volatile boolean interruptedAfter;

        Caller(Call call) {
            this.call = call;
            setDaemon(true);
            start();
        }

        @Override
        public void run() {
            try {
                call.run();
                failure.complete(null);
            } catch (IOException e) {
                interruptedAfter = Thread.currentThread().isInterrupted();
                failure.complete(e);
            } catch (Throwable e) {
                failure.completeExceptionally(e);
            }
        }

        @Nullable
        IOException failure() throws Exception {
            return failure.get(10, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void interruptedHandshakeClosesTheConnection() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        try (ScriptedProxy proxy = stalling(stalled)) {
            Caller caller = new Caller(() -> proxy.client().connect("example.com", 80));
            stalled.await();
            caller.interrupt();
            assertInterrupted(caller);
            assertThat(proxy.received()).isEqualTo("05 01 00");
        }
    }

    @Test
    void interruptedDialClosesTheSocket() throws Exception {
        try (DeafProxy proxy = new DeafProxy()) {
            Socket socket = through(proxy);
            Caller caller = new Caller(() -> socket.connect(DESTINATION));
            letItBlock();
            caller.interrupt();
            assertInterrupted(caller);
            assertThat(socket.isClosed()).isTrue();
        }
    }

    @Test
    void interruptBeforeTheCallIsNotForgotten() throws Exception {
        try (ScriptedProxy proxy = stalling(new CountDownLatch(1))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> proxy.client().connect("example.com", 80))
                    .isInstanceOf(ClosedByInterruptException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void interruptedReadClosesTheSocket() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socket socket = proxy.client().connect("example.com", 80);
            Caller caller = new Caller(() -> socket.getInputStream().read());
            letItBlock();
            caller.interrupt();
            assertInterrupted(caller);
            assertThat(socket.isClosed()).isTrue();
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
            proxy.received();
        }
    }

    private static void assertInterrupted(Caller caller) throws Exception {
        assertThat(caller.failure()).isInstanceOf(ClosedByInterruptException.class);
        assertThat(caller.interruptedAfter).isTrue();
    }

    @Test
    void closeEndsADial() throws Exception {
        try (DeafProxy proxy = new DeafProxy()) {
            Socket socket = through(proxy);
            Caller caller = new Caller(() -> socket.connect(DESTINATION));
            letItBlock();
            socket.close();
            assertClosed(caller);
        }
    }

    @Test
    void closeEndsAHandshake() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        try (ScriptedProxy proxy = stalling(stalled)) {
            Socket socket = proxy.client().socketFactory().createSocket();
            Caller caller = new Caller(() -> socket.connect(DESTINATION));
            stalled.await();
            socket.close();
            assertClosed(caller);
            proxy.received();
        }
    }

    @Test
    void closeEndsARead() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socket socket = proxy.client().connect("example.com", 80);
            Caller caller = new Caller(() -> socket.getInputStream().read());
            letItBlock();
            socket.close();
            assertClosed(caller);
            proxy.received();
        }
    }

    @Test
    void closeEndsAWrite() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> done.await())) {
            Socket socket = proxy.client().connect("example.com", 80);
            CountDownLatch writing = new CountDownLatch(64);
            Caller caller = new Caller(() -> {
                while (true) {
                    socket.getOutputStream().write(new byte[4096]);
                    writing.countDown();
                }
            });
            writing.await();
            letItBlock();
            socket.close();
            assertClosed(caller);
            done.countDown();
        }
    }

    private static void assertClosed(Caller caller) throws Exception {
        assertThat(caller.failure()).isInstanceOf(SocketException.class);
        assertThat(caller.interruptedAfter).isFalse();
    }

    @Test
    void errorsCloseTheConnectionToo() throws Exception {
        PasswordRequest broken = mock(PasswordRequest.class);
        when(broken.encode()).thenThrow(new StackOverflowError());
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(LOGIN_SELECTED);
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder().credentials(broken).build();
            assertThatThrownBy(() -> client.connect("example.com", 80)).isInstanceOf(StackOverflowError.class);
            assertThat(proxy.received()).isEqualTo("05 02 00 02");
        }
    }

    private static ScriptedProxy stalling(CountDownLatch stalled) throws IOException {
        return new ScriptedProxy(client -> {
            client.read(3);
            stalled.countDown();
            client.awaitEnd();
        });
    }

    private static Socket through(DeafProxy proxy) throws IOException {
        return Socks5Client.builder()
                .proxy(proxy.address())
                .build()
                .socketFactory()
                .createSocket();
    }

    /** No event tells that a thread has entered the kernel. The tests hold without this as well. */
    private static void letItBlock() throws InterruptedException {
        Thread.sleep(100);
    }
}
