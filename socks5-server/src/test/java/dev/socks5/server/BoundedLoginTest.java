package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes that a negotiation may take and say. */
@Timeout(60)
class BoundedLoginTest {

    private static final int MAX_MESSAGE = 65_539;
    private static final int MAX_BYTES = 256 * 1024;
    private static final String TOO_MANY = "loginFailed the login takes too many bytes";

    private final Recorder events = new Recorder();
    private final Queue<Words> begun = new ConcurrentLinkedQueue<>();

    private Socks5ServerBuilder builder(boolean mayBlock, Supplier<? extends Words> words) {
        Supplier<ServerNegotiation> kept = () -> {
            Words next = words.get();
            begun.add(next);
            return next;
        };
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .listener(events)
                .method(Words.METHOD, mayBlock ? client -> kept.get() : Words.onTheLoop(kept));
    }

    /** The end of a login that is over without an answer; anybody else is served. */
    private void isMalformed(Socks5Server server, RawClient client, String reason) throws Exception {
        client.expectEnd();
        isOver(server, client, reason, "MALFORMED");
    }

    private void isOver(Socks5Server server, RawClient client, String reason, String close) throws Exception {
        client.close();
        List<String> seen = events.until("closed");
        assertThat(seen).hasSize(3).last().isEqualTo("closed 0 0 " + close);
        assertThat(seen.get(1)).startsWith("loginFailed " + reason);
        assertThat(begun).allMatch(Words::isClosed);
        try (RawClient other = new RawClient(server)) {
            other.send("05 01 ee").expect("05 ff");
        }
    }

    /** Messages of any length. */
    private static final class Lengthy extends Words {
        private final int length;

        private Lengthy(int length, int count) {
            super(count);
            this.length = length;
        }

        @Override
        public boolean receive(ByteBuffer in) throws Socks5Exception {
            if (in.remaining() < length) {
                return false;
            }
            super.receive(ByteBuffer.wrap(new byte[] {1, 'a'}));
            in.position(in.position() + length);
            return true;
        }

        @Override
        public int missing(ByteBuffer in) {
            return Math.max(0, length - in.remaining());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theLongestMessageIsTaken(boolean mayBlock) throws Exception {
        try (Socks5Server server =
                        builder(mayBlock, () -> new Lengthy(MAX_MESSAGE, 1)).start();
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING).expect(Words.SELECTED).send(new byte[MAX_MESSAGE]);
            client.expect("01").send(RawClient.connect(origin.address())).expectSuccess();
        }
    }

    @ParameterizedTest
    @CsvSource({"65540, true", "65540, false", "2147483647, true", "2147483647, false"})
    void aLongerOneIsNotAwaited(int length, boolean mayBlock) throws Exception {
        try (Socks5Server server =
                        builder(mayBlock, () -> new Lengthy(length, 1)).start();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING).expect(Words.SELECTED).send("00");
            isMalformed(server, client, "a message of a login that has 1 bytes so far");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lessThanNothingIsNotMissing(boolean mayBlock) throws Exception {
        Supplier<Words> negative = () -> new Words(1) {
            @Override
            public int missing(ByteBuffer in) {
                return -1;
            }
        };
        try (Socks5Server server = builder(mayBlock, negative).start();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING).expect(Words.SELECTED).send("00");
            isMalformed(server, client, "a message of a login");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void asManyBytesAsThereMayBeAreTaken(boolean mayBlock) throws Exception {
        try (Socks5Server server =
                        builder(mayBlock, () -> new Lengthy(MAX_BYTES / 4, 4)).start();
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING).expect(Words.SELECTED).send(new byte[MAX_BYTES]);
            client.expect("01 02 03 04")
                    .send(RawClient.connect(origin.address()))
                    .expectSuccess();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void moreThanThatAreNot(boolean mayBlock) throws Exception {
        try (Socks5Server server = builder(mayBlock, () -> new Lengthy(MAX_BYTES / 4 + 1, 4))
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING).expect(Words.SELECTED).send(new byte[MAX_BYTES + 4]);
            client.expect("01 02 03").expectEnd();
            client.close();
            assertThat(events.until("closed")).containsExactly("accepted", TOO_MANY, "closed 0 0 MALFORMED");
            assertThat(begun).allMatch(Words::isClosed);
        }
    }

    /** Says so many bytes each time. */
    private static final class Talker extends Words {
        private final int length;

        private Talker(int length, int count) {
            super(count);
            this.length = length;
        }

        @Override
        public ByteBuffer send() throws Socks5Exception {
            super.send();
            return ByteBuffer.allocate(length);
        }
    }

    /** What the client is slow to take waits, as it does anywhere. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void asManyBytesAsThereMayBeAreSaid(boolean mayBlock) throws Exception {
        try (Socks5Server server =
                        builder(mayBlock, () -> new Talker(MAX_BYTES / 2, 2)).start();
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING + "00 00" + RawClient.connect(origin.address()));
            client.expect(Words.SELECTED);
            assertThat(client.read(MAX_BYTES)).isEqualTo(new byte[MAX_BYTES]);
            client.expectSuccess();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void moreThanThatAreNotSaid(boolean mayBlock) throws Exception {
        try (Socks5Server server = builder(mayBlock, () -> new Talker(MAX_BYTES / 2 + 1, 2))
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING + "00 00").expect(Words.SELECTED);
            client.read(MAX_BYTES / 2 + 1);
            client.expectEnd();
            client.close();
            assertThat(events.until("closed")).containsExactly("accepted", TOO_MANY, "closed 0 0 MALFORMED");
        }
    }

    /** It would never let go of the loop. */
    @ParameterizedTest
    @CsvSource({"0, true", "0, false", "1, true", "1, false", "300000, true", "300000, false"})
    void whatSpeaksWithoutEndIsStopped(int length, boolean mayBlock) throws Exception {
        Supplier<Words> endless = () -> new Words(1) {
            @Override
            public Turn turn() {
                return super.turn() == Turn.DONE ? Turn.SEND : super.turn();
            }

            @Override
            public ByteBuffer send() throws Socks5Exception {
                if (super.turn() == Turn.SEND) {
                    super.send();
                }
                return ByteBuffer.allocate(length);
            }
        };
        try (Socks5Server server = builder(mayBlock, endless).start();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING + Words.ALICE).expect(Words.SELECTED);
            assertThat(client.socket().getInputStream().readAllBytes()).hasSizeLessThanOrEqualTo(length);
            isOver(server, client, "the negotiation failed: java.lang.IllegalStateException", "NOT_AUTHENTICATED");
        }
    }

    /** It is asked again when there is more, and not before. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsNeverContentIsAskedOnceForEachRead(boolean mayBlock) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch first = new CountDownLatch(1);
        Supplier<Words> insatiable = () -> new Words(1) {
            @Override
            public boolean receive(ByteBuffer in) {
                asked.incrementAndGet();
                first.countDown();
                return false;
            }
        };
        try (Socks5Server server = builder(mayBlock, insatiable).start();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING).expect(Words.SELECTED).send("00");
            first.await();
            for (int i = 0; i < 3; i++) { // The loop goes round.
                try (RawClient other = new RawClient(server)) {
                    other.send("05 01 ee").expect("05 ff");
                }
                events.until("loginFailed");
            }
            assertThat(asked).hasValue(1);
            client.send(new byte[MAX_MESSAGE - 1]);
            client.expectEnd();
            client.close();
            assertThat(events.until(TOO_MANY)).isNotEmpty();
            assertThat(asked.get()).isBetween(2, MAX_MESSAGE);
        }
    }

    /** The number of bytes that are taken of two, and whether it says that it has taken a message. */
    @ParameterizedTest
    @CsvSource({
        "0, true, true",
        "0, true, false",
        "1, false, true",
        "1, false, false",
        "-1, true, true",
        "-1, true, false"
    })
    void itTakesWhatItSays(int count, boolean whole, boolean mayBlock) throws Exception {
        Supplier<Words> wrong = () -> new Words(2) {
            private int calls;

            @Override
            public boolean receive(ByteBuffer in) throws Socks5Exception {
                if (calls++ == 0) {
                    return super.receive(in); // Now there is something in front.
                }
                in.position(in.position() + count);
                return whole;
            }
        };
        try (Socks5Server server = builder(mayBlock, wrong).start();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING + "01 61 01 61" + RawClient.connect("a.test", 80))
                    .expect(Words.SELECTED + " 01")
                    .expectEnd();
            isOver(server, client, "the negotiation failed: java.lang.IllegalStateException", "NOT_AUTHENTICATED");
        }
    }

    /** What a negotiation does to the buffer that it is shown does not count, except for the position. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theBufferIsItsOwn(boolean mayBlock) throws Exception {
        Supplier<Words> careless = () -> new Words(1) {
            @Override
            public int missing(ByteBuffer in) {
                int missing = super.missing(in);
                in.position(in.limit());
                return missing;
            }

            @Override
            public boolean receive(ByteBuffer in) throws Socks5Exception {
                boolean whole = super.receive(in);
                in.limit(in.position());
                return whole;
            }
        };
        try (Socks5Server server = builder(mayBlock, careless).start();
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING + Words.ALICE + RawClient.connect(origin.address()))
                    .expect(Words.SELECTED + " 01")
                    .expectSuccess();
        }
    }

    @Test
    void aNegotiationOfAnotherMethodIsNotSelected() throws Exception {
        Supplier<Words> other = () -> new Words(0) {
            @Override
            public AuthMethod method() {
                return AuthMethod.NO_AUTHENTICATION;
            }
        };
        Warnings warnings = new Warnings();
        try (Socks5Server server = builder(true, other).start();
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            client.send("05 02 00 80" + RawClient.connect(origin.address()));
            client.expect("05 ff").expectEnd();
            isOver(server, client, "the negotiation failed: java.lang.IllegalStateException", "NOT_AUTHENTICATED");
            assertThat(origin.untouched()).isTrue();
        }
        assertThat(warnings.seen()).singleElement().asString().contains("0x80");
    }
}
