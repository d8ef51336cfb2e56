package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Protection;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.MethodAuthenticator;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.ToyProtection;
import dev.socks5.server.User;
import dev.socks5.server.Verdict;
import dev.socks5.server.Words;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins by methods that an application has brought along (RFC 1928 section 3, X'80' to X'FE'). */
@Timeout(60)
class PrivateMethodTest {

    private static final String EARLY = "68 65 6c 6c 6f";
    private static final String WORDS = "03 6f 6e 65 00 " + Words.ALICE; // "one", "", "alice"

    private final Recorder events = new Recorder();
    private final Queue<Words> negotiations = new ConcurrentLinkedQueue<>();

    private Words words(int count) {
        return kept(new Words(count));
    }

    private <T extends Words> T kept(T words) {
        negotiations.add(words);
        return words;
    }

    private Socks5ServerBuilder builder(MethodAuthenticator method) {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .listener(events)
                .method(Words.METHOD, method);
    }

    private MethodAuthenticator authenticator(boolean mayBlock, int words) {
        return mayBlock ? client -> words(words) : Words.onTheLoop(() -> words(words));
    }

    private byte[] whole(Origin origin) {
        return RawClient.bytes(Words.GREETING + WORDS + RawClient.connect(origin.address()) + EARLY);
    }

    private static void expectAll(RawClient client, Origin origin) throws Exception {
        client.expect(Words.SELECTED).expect("01 02 03").expectSuccess();
        Socket far = origin.take();
        assertThat(RawClient.hex(far.getInputStream().readNBytes(5))).isEqualTo(EARLY);
        far.getOutputStream().write('!');
        client.expect("21");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachMessageIsAnsweredInItsTurn(boolean mayBlock) throws Exception {
        try (Socks5Server server = builder(authenticator(mayBlock, 3)).start();
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING).expect(Words.SELECTED);
            client.send("03 6f 6e 65").expect("01").send("00").expect("02");
            client.send(Words.ALICE).expect("03");
            client.send(RawClient.connect(origin.address())).expectSuccess();
            assertThat(events.until("connected")).contains("authenticated alice");
            assertThat(negotiations).singleElement().matches(Words::isClosed);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everythingMayComeInOneSegment(boolean mayBlock) throws Exception {
        try (Socks5Server server = builder(authenticator(mayBlock, 3)).start();
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            client.send(whole(origin));
            expectAll(client, origin);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itMayBeSplitAnywhere(boolean mayBlock) throws Exception {
        try (Socks5Server server = builder(authenticator(mayBlock, 3)).start();
                Origin origin = new Origin()) {
            byte[] whole = whole(origin);
            for (int split = 1; split < whole.length; split++) {
                try (RawClient client = new RawClient(server)) {
                    client.send(Arrays.copyOf(whole, split));
                    if (split >= 3) {
                        client.expect(Words.SELECTED); // The server has read the first part by now.
                        client.send(Arrays.copyOfRange(whole, split, whole.length));
                        client.expect("01 02 03").expectSuccess();
                        assertThat(RawClient.hex(origin.take().getInputStream().readNBytes(5)))
                                .isEqualTo(EARLY);
                    } else {
                        client.send(Arrays.copyOfRange(whole, split, whole.length));
                        expectAll(client, origin);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itMayComeByteByByte(boolean mayBlock) throws Exception {
        try (Socks5Server server = builder(authenticator(mayBlock, 3)).start();
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            for (byte octet : whole(origin)) {
                client.send(new byte[] {octet});
            }
            expectAll(client, origin);
        }
    }

    /** What may block has the executor's threads, and is called with whole messages only. */
    @ParameterizedTest
    @CsvSource({"true, executor", "false, loop"})
    void itRunsWhereItMay(boolean mayBlock, String expected) throws Exception {
        Queue<String> where = new ConcurrentLinkedQueue<>();
        class Watched extends Words {
            Watched() {
                super(1);
            }

            private void note() {
                where.add(Thread.currentThread().getName().startsWith("socks5-loop") ? "loop" : "executor");
            }

            @Override
            public boolean receive(ByteBuffer in) throws Socks5Exception {
                note();
                return super.receive(in);
            }

            @Override
            public ByteBuffer send() throws Socks5Exception {
                note();
                return super.send();
            }
        }
        MethodAuthenticator method = mayBlock ? client -> new Watched() : Words.onTheLoop(Watched::new);
        try (Socks5Server server = builder(method).start();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING).expect(Words.SELECTED);
            for (byte octet : RawClient.bytes(Words.ALICE)) {
                client.send(new byte[] {octet});
            }
            client.expect("01");
        }
        assertThat(where).containsExactly(expected, expected);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneThatSpeaksFirstDoesSo(boolean mayBlock) throws Exception {
        class Polite extends Words {
            private boolean greeted;

            Polite() {
                super(1);
            }

            @Override
            public Turn turn() {
                return greeted ? super.turn() : Turn.SEND;
            }

            @Override
            public ByteBuffer send() throws Socks5Exception {
                if (greeted) {
                    return super.send();
                }
                greeted = true;
                return ByteBuffer.wrap(new byte[] {'h', 'i'});
            }
        }
        MethodAuthenticator method = mayBlock ? client -> new Polite() : Words.onTheLoop(Polite::new);
        try (Socks5Server server = builder(method).start();
                Origin origin = new Origin();
                RawClient client = new RawClient(server);
                RawClient ahead = new RawClient(server)) {
            client.send(Words.GREETING).expect(Words.SELECTED).expect("68 69");
            client.send(Words.ALICE).expect("01");
            client.send(RawClient.connect(origin.address())).expectSuccess();
            ahead.send(Words.GREETING + Words.ALICE + RawClient.connect(origin.address()));
            ahead.expect(Words.SELECTED).expect("68 69 01").expectSuccess();
        }
    }

    /** While one waits for its mechanism, the input of the same client is kept, and others are served. */
    @Test
    void othersAreServedWhileOneWaits() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        class Slow extends Words {
            Slow() {
                super(1);
            }

            @Override
            public boolean receive(ByteBuffer in) throws Socks5Exception {
                asked.countDown();
                await(released);
                return super.receive(in);
            }
        }
        Queue<ServerNegotiation> next = new ConcurrentLinkedQueue<>();
        next.add(new Slow());
        next.add(new Words(1));
        try (Socks5Server server = builder(client -> next.remove()).start();
                Origin origin = new Origin();
                RawClient slow = new RawClient(server);
                RawClient other = new RawClient(server)) {
            slow.send(Words.GREETING + Words.ALICE).expect(Words.SELECTED);
            asked.await();
            byte[] request = RawClient.bytes(RawClient.connect(origin.address()) + EARLY);
            for (byte octet : request) {
                slow.send(new byte[] {octet});
            }
            other.send(Words.GREETING)
                    .expect(Words.SELECTED)
                    .send("03 62 6f 62")
                    .expect("01");
            other.send(RawClient.connect(origin.address())).expectSuccess();
            origin.take();
            released.countDown();
            slow.expect("01").expectSuccess();
            assertThat(RawClient.hex(origin.take().getInputStream().readNBytes(5)))
                    .isEqualTo(EARLY);
        } finally {
            released.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void thePrincipalReachesRulesAndEvents() throws Exception {
        Queue<Optional<Principal>> judged = new ConcurrentLinkedQueue<>();
        try (Socks5Server server = builder(client -> words(1))
                        .accessRule((AccessRequest request) -> {
                            judged.add(Optional.ofNullable(request.user()));
                            return Verdict.undecided();
                        })
                        .start();
                Origin origin = new Origin();
                RawClient somebody = new RawClient(server);
                RawClient nobody = new RawClient(server)) {
            somebody.send(Words.GREETING + Words.ALICE + RawClient.connect(origin.address()));
            somebody.expect(Words.SELECTED).expect("01").expectSuccess();
            assertThat(events.until("connected")).contains("authenticated alice");
            nobody.send(Words.GREETING + "00" + RawClient.connect(origin.address()));
            nobody.expect(Words.SELECTED).expect("01").expectSuccess();
            assertThat(events.until("connected")).noneMatch(event -> event.startsWith("authenticated"));
        }
        assertThat(judged).containsExactly(Optional.of(new User("alice")), Optional.empty());
    }

    /** Row 5 of security.md: whatever was sent behind it. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void afterARefusedLoginNothingIsServed(boolean mayBlock, boolean pipelined) throws Exception {
        try (Socks5Server server = builder(authenticator(mayBlock, 2)).start();
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            String behind = Words.ALICE + Words.ALICE + RawClient.connect(origin.address());
            if (pipelined) {
                client.send(Words.GREETING + Words.NO + behind);
                client.expect(Words.SELECTED).expect(Words.REFUSED).expectEnd();
            } else {
                client.send(Words.GREETING).expect(Words.SELECTED);
                client.send(Words.NO).expect(Words.REFUSED).send(behind).expectEnd();
            }
            client.close();
            assertThat(events.until("closed"))
                    .containsExactly("accepted", "loginFailed the word is no", "closed 0 0 NOT_AUTHENTICATED");
            assertThat(origin.untouched()).isTrue();
            assertThat(negotiations).singleElement().matches(Words::isClosed);
        }
    }

    private static final class Protecting extends Words {
        private final ToyProtection protection = new ToyProtection();

        private Protecting() {
            super(1);
        }

        @Override
        public Optional<Protection> protection() {
            return turn() == Turn.DONE ? Optional.of(protection) : Optional.empty();
        }
    }

    /** What is said before the login is good is in clear, and what follows is not, in the same segment too. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void aProtectionProtects(boolean mayBlock, boolean pipelined) throws Exception {
        Queue<Protecting> protecting = new ConcurrentLinkedQueue<>();
        Supplier<ServerNegotiation> begin = () -> {
            Protecting next = new Protecting();
            protecting.add(next);
            return next;
        };
        try (Socks5Server server = builder(mayBlock ? client -> begin.get() : Words.onTheLoop(begin))
                        .start();
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            ToyProtection own = new ToyProtection();
            byte[] request = own.wrap(ByteBuffer.wrap(RawClient.bytes(RawClient.connect(origin.address()))))
                    .array();
            byte[] early = own.wrap(ByteBuffer.wrap(RawClient.bytes(EARLY))).array();
            if (pipelined) {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                all.writeBytes(RawClient.bytes(Words.GREETING + Words.ALICE));
                all.writeBytes(request);
                all.writeBytes(early);
                client.send(all.toByteArray()).expect(Words.SELECTED).expect("01");
            } else {
                client.send(Words.GREETING).expect(Words.SELECTED);
                client.send(Words.ALICE).expect("01");
                client.send(request).send(early);
            }
            assertThat(RawClient.hex(unwrapped(client, own))).startsWith("05 00 00 01");
            Socket far = origin.take();
            assertThat(RawClient.hex(far.getInputStream().readNBytes(5))).isEqualTo(EARLY);
            far.getOutputStream().write('!');
            assertThat(unwrapped(client, own)).isEqualTo(new byte[] {'!'});
            assertThat(protecting).singleElement().matches(one -> !one.protection.isClosed() && !one.isClosed());
        }
        events.until("closed");
        assertThat(protecting).singleElement().matches(one -> one.protection.isClosed());
    }

    private static byte[] unwrapped(RawClient client, ToyProtection own) throws IOException {
        byte[] header = client.read(2);
        int length = Short.toUnsignedInt(ByteBuffer.wrap(header).getShort());
        ByteBuffer message = ByteBuffer.allocate(2 + length).put(header).put(client.read(length));
        return own.unwrap(message.flip()).orElseThrow().array();
    }

    @Test
    void aClientThatOffersNoneOfThemIsToldAndSoAreListeners() throws Exception {
        try (Socks5Server server = builder(client -> words(1)).start();
                RawClient client = new RawClient(server)) {
            client.send("05 02 00 02" + RawClient.connect("a.test", 80))
                    .expect("05 ff")
                    .expectEnd();
            client.close();
            assertThat(events.until("closed"))
                    .containsExactly(
                            "accepted", "loginFailed no acceptable method was offered", "closed 0 0 NOT_AUTHENTICATED");
        }
        assertThat(negotiations).isEmpty();
    }
}
