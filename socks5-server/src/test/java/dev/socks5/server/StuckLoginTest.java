package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Socks5Exception;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Negotiations that take their time, or get no thread: they end with their session, and nobody waits for them. */
@Timeout(60)
class StuckLoginTest {

    private final Recorder events = new Recorder();
    private final Queue<Words> begun = new ConcurrentLinkedQueue<>();

    private Words kept(Words words) {
        begun.add(words);
        return words;
    }

    private Socks5ServerBuilder builder(MethodAuthenticator method) {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .listener(events)
                .method(Words.METHOD, method);
    }

    /** Blocked for good, in one of the two methods that may. */
    private static final class Stuck extends Words {
        private final CountDownLatch blocked = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);
        private final boolean inReceive;
        private volatile String closer = "";

        private Stuck(boolean inReceive) {
            super(1);
            this.inReceive = inReceive;
        }

        private void block() {
            blocked.countDown();
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public boolean receive(ByteBuffer in) throws Socks5Exception {
            if (inReceive) {
                block();
            }
            return super.receive(in);
        }

        @Override
        public ByteBuffer send() throws Socks5Exception {
            if (!inReceive) {
                block();
            }
            return super.send();
        }

        @Override
        public void close() {
            super.close();
            closer = Thread.currentThread().getName();
            closed.countDown();
        }
    }

    /** It is closed, whatever ends the session, and has no effect when it comes back. */
    @ParameterizedTest
    @CsvSource({"EVICTED, true", "EVICTED, false", "SHUTDOWN, true", "SHUTDOWN, false", "BROKEN, true", "BROKEN, false"
    })
    void whatIsStuckIsClosed(CloseReason reason, boolean inReceive) throws Exception {
        Stuck stuck = new Stuck(inReceive);
        try (Socks5Server server =
                        builder(client -> stuck).maxUnauthenticated(1).start();
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING + Words.ALICE + RawClient.connect(origin.address()));
            client.expect(Words.SELECTED);
            stuck.blocked.await();
            if (reason == CloseReason.EVICTED) {
                new RawClient(server).close();
            } else if (reason == CloseReason.SHUTDOWN) {
                server.close();
            } else if (reason == CloseReason.BROKEN) {
                client.reset();
            }
            stuck.closed.await();
            assertThat(stuck.closer).startsWith("socks5-loop");
            assertThat(events.until("closed")).last().isEqualTo("closed 0 0 " + reason);
            if (reason != CloseReason.BROKEN) {
                client.expectDropped();
            }
            assertThat(origin.untouched()).isTrue();
        }
    }

    /** Where the executor takes nothing, each method says no as well as it can. */
    @ParameterizedTest
    @CsvSource({
        "05 01 80, 05 80, 05 61 6c 69 63 65, ''",
        "05 01 02, 05 02, 01 01 75 01 70, 01 01",
        "05 01 01, 05 01, 01 01 00 01 61, 01 ff"
    })
    void withoutRoomThereIsNoLogin(String greeting, String selected, String message, String answer) throws Exception {
        try (Socks5Server server = builder(client -> kept(new Words(1)))
                        .gssapi(() -> new Words(1) {
                            @Override
                            public AuthMethod method() {
                                return AuthMethod.GSSAPI;
                            }
                        })
                        .authenticator((login, client) -> {
                            throw new AssertionError("asked");
                        })
                        .executor(task -> {
                            throw new RejectedExecutionException("thrown by a test");
                        })
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(greeting).expect(selected).send(message).expect(answer).expectEnd();
            client.close();
            assertThat(events.until("closed"))
                    .containsExactly(
                            "accepted",
                            "loginFailed there is no room for another login",
                            "closed 0 0 NOT_AUTHENTICATED");
            assertThat(begun).allMatch(Words::isClosed);
        }
    }
}
