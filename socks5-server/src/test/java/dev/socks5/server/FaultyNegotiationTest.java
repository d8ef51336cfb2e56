package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Negotiations that throw, or return nothing: that login ends, and nothing else (security.md, Server 21). */
@Timeout(60)
class FaultyNegotiationTest {

    private final Recorder events = new Recorder();
    private final Words words = new Words(1);

    /** What happens in the place of an answer. */
    enum Fault {
        EXCEPTION,
        ERROR,
        MEMORY,
        NULL;

        /** What is thrown; {@code null} if that is returned. */
        @Nullable
        Throwable thrown() {
            return switch (this) {
                case EXCEPTION -> new IllegalStateException("thrown by a test");
                case ERROR -> new StackOverflowError("thrown by a test");
                case MEMORY -> new OutOfMemoryError("thrown by a test");
                case NULL -> null;
            };
        }
    }

    /** The fault comes with one call of one method; {@code begin} is that of the authenticator. */
    record Case(String method, int call, Fault fault, boolean mayBlock) {

        private static Stream<Arguments> all() {
            Map<String, Integer> calls =
                    Map.of("begin", 1, "method", 2, "turn", 6, "missing", 1, "receive", 1, "send", 1, "principal", 1);
            return calls.entrySet().stream()
                    .flatMap(entry -> Stream.iterate(1, call -> call + 1)
                            .limit(entry.getValue())
                            .flatMap(call -> Stream.of(Fault.values())
                                    .flatMap(fault -> Stream.of(true, false)
                                            .map(mayBlock -> new Case(entry.getKey(), call, fault, mayBlock)))
                                    .filter(Case::isPossible)
                                    .map(Arguments::of)));
        }

        /** There is no number that is null. */
        private boolean isPossible() {
            return fault != Fault.NULL || !(method.equals("missing") || method.equals("receive"));
        }

        boolean isBeforeTheSelection() {
            return method.equals("begin") || method.equals("method") || (method.equals("turn") && call == 1);
        }
    }

    private static Stream<Arguments> cases() {
        return Case.all();
    }

    /** The same negotiation, with a fault. */
    private static ServerNegotiation faulty(Words words, String method, int call, @Nullable Throwable thrown) {
        Map<String, Integer> calls = new ConcurrentHashMap<>();
        Class<?>[] type = {ServerNegotiation.class};
        return (ServerNegotiation) Proxy.newProxyInstance(
                type[0].getClassLoader(), type, (proxy, called, arguments) -> {
                    int count = calls.merge(called.getName(), 1, Integer::sum);
                    if (called.getName().equals(method) && count == call) {
                        if (thrown != null) {
                            throw thrown;
                        }
                        return null;
                    }
                    try {
                        return called.invoke(words, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Socks5Server server(boolean mayBlock, Supplier<ServerNegotiation> negotiations) throws Exception {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .listener(events)
                .method(Words.METHOD, mayBlock ? client -> negotiations.get() : Words.onTheLoop(negotiations))
                .authenticator(PasswordAuthenticator.of(Map.of("u", "p")))
                .start();
    }

    private static void works(Socks5Server server) throws Exception {
        try (Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            client.send("05 01 02").expect("05 02").send("01 01 75 01 70").expect("01 00");
            client.send(RawClient.connect(origin.address())).expectSuccess();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aFaultEndsThatLoginAlone(Case one) throws Exception {
        ServerNegotiation faulty =
                faulty(words, one.method(), one.call(), one.fault().thrown());
        Supplier<ServerNegotiation> begin = () -> {
            if (one.method().equals("begin")) {
                throwUnchecked(one.fault().thrown());
                return null;
            }
            return faulty;
        };
        try (Socks5Server server = server(one.mayBlock(), begin);
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING + Words.ALICE + RawClient.connect(origin.address()));
            client.expect(one.isBeforeTheSelection() ? "05 ff" : Words.SELECTED);
            byte[] rest = client.socket().getInputStream().readAllBytes();
            // A success, which it was about to send, does not go out; a failure may have been made of it.
            assertThat(RawClient.hex(rest)).isIn("", "01").isNotEqualTo(isDone(one) ? "01" : "-");
            client.close();
            List<String> seen = events.until("closed");
            assertThat(seen).hasSize(3).last().isEqualTo("closed 0 0 NOT_AUTHENTICATED");
            assertThat(seen.get(1)).startsWith("loginFailed the negotiation failed: java.lang.");
            assertThat(origin.untouched()).isTrue();
            assertThat(words.isClosed()).isEqualTo(!one.method().equals("begin"));
            works(server);
        }
    }

    /** Whether the client would be told that it is in, if it were told what was said last. */
    private static boolean isDone(Case one) {
        return one.method().equals("principal") || (one.method().equals("turn") && one.call() > 4);
    }

    private static void throwUnchecked(@Nullable Throwable thrown) {
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class)
    void soItDoesInTheProtection(Fault fault) throws Exception {
        try (Socks5Server server = server(true, () -> faulty(words, "protection", 1, fault.thrown()));
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING + Words.ALICE).expect(Words.SELECTED).expectEnd();
            client.close();
            assertThat(events.until("closed").get(1)).startsWith("loginFailed the negotiation failed: java.lang.");
            works(server);
        }
    }

    /** The login was good by then. */
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"EXCEPTION", "ERROR", "MEMORY"})
    void whatCannotBeClosedIsNoFailure(Fault fault) throws Exception {
        try (Socks5Server server = server(true, () -> faulty(words, "close", 1, fault.thrown()));
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING + Words.ALICE + RawClient.connect(origin.address()));
            client.expect(Words.SELECTED).expect("01").expectSuccess();
            works(server);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"EXCEPTION", "ERROR", "MEMORY"})
    void norIsItWhereTheLoginWasRefused(Fault fault) throws Exception {
        try (Socks5Server server = server(true, () -> faulty(words, "close", 1, fault.thrown()));
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING + Words.NO)
                    .expect(Words.SELECTED)
                    .expect(Words.REFUSED)
                    .expectEnd();
            client.close();
            assertThat(events.until("closed"))
                    .containsExactly("accepted", "loginFailed the word is no", "closed 0 0 NOT_AUTHENTICATED");
        }
    }

    /** Throws, and has a last word. */
    private static final class Sulking extends Words {
        private final Throwable thrown;
        private final @Nullable Throwable last;
        private boolean sulks;

        private Sulking(Throwable thrown, @Nullable Throwable last) {
            super(1);
            this.thrown = thrown;
            this.last = last;
        }

        @Override
        public Turn turn() {
            return sulks ? Turn.SEND : super.turn();
        }

        @Override
        public boolean receive(ByteBuffer in) throws Socks5Exception {
            sulks = true;
            throwUnchecked(thrown);
            throw (Socks5Exception) thrown;
        }

        @Override
        public ByteBuffer send() {
            throwUnchecked(last);
            return ByteBuffer.wrap(new byte[] {(byte) 0xEE});
        }
    }

    private void sulks(boolean mayBlock, Throwable thrown, String reason, String close) throws Exception {
        try (Socks5Server server = server(mayBlock, () -> new Sulking(thrown, null));
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING + Words.ALICE + RawClient.connect(origin.address()));
            client.expect(Words.SELECTED).expect("ee").expectEnd();
            client.close();
            assertThat(events.until("closed"))
                    .containsExactly("accepted", "loginFailed " + reason, "closed 0 0 " + close);
            assertThat(origin.untouched()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void theLastMessageIsSentWhateverWasThrown(boolean mayBlock) throws Exception {
        String failed = "the negotiation failed: java.lang.";
        sulks(mayBlock, new IllegalStateException("secret"), failed + "IllegalStateException", "NOT_AUTHENTICATED");
        sulks(mayBlock, new StackOverflowError("secret"), failed + "StackOverflowError", "NOT_AUTHENTICATED");
        sulks(mayBlock, new MalformedMessageException("no word"), "no word", "NOT_AUTHENTICATED");
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"EXCEPTION", "ERROR", "MEMORY"})
    void whoseLastMessageFailsTooSaysNothing(Fault fault) throws Exception {
        try (Socks5Server server =
                        server(false, () -> new Sulking(new MalformedMessageException("no word"), fault.thrown()));
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING + Words.ALICE).expect(Words.SELECTED).expectEnd();
            client.close();
            assertThat(events.until("closed"))
                    .containsExactly("accepted", "loginFailed no word", "closed 0 0 MALFORMED");
            works(server);
        }
    }

    /** It has failed, and says nothing about it. */
    @Test
    void oneThatHasFailedWithoutAWordIsOver() throws Exception {
        Words failed = new Words(1) {
            private boolean heard;

            @Override
            public Turn turn() {
                return heard ? Turn.FAILED : super.turn();
            }

            @Override
            public boolean receive(ByteBuffer in) throws Socks5Exception {
                heard = super.receive(in);
                return heard;
            }

            @Override
            public Optional<Principal> principal() {
                throw new AssertionError("asked");
            }
        };
        try (Socks5Server server = server(true, () -> failed);
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING + Words.ALICE + RawClient.connect("a.test", 80));
            client.expect(Words.SELECTED).expectEnd();
            client.close();
            assertThat(events.until("closed"))
                    .containsExactly("accepted", "loginFailed the login was not good", "closed 0 0 NOT_AUTHENTICATED");
            assertThat(failed.isClosed()).isTrue();
        }
    }

    @Test
    void whoCannotSayWhetherItBlocksIsNotAsked() throws Exception {
        MethodAuthenticator method = new MethodAuthenticator() {
            @Override
            public ServerNegotiation begin(ClientAddress client) {
                return words;
            }

            @Override
            public boolean mayBlock() {
                throw new IllegalStateException("thrown by a test");
            }
        };
        try (Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .method(Words.METHOD, method)
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING + Words.ALICE).expect("05 ff").expectEnd();
            assertThat(words.isClosed()).isTrue();
        }
    }
}
