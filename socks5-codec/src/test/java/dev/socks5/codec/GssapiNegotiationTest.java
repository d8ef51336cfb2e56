package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.socks5.codec.GssapiMessage.Abort;
import dev.socks5.codec.GssapiMessage.Authentication;
import dev.socks5.codec.GssapiMessage.Encapsulated;
import dev.socks5.codec.GssapiMessage.LevelNegotiation;
import dev.socks5.testing.FakeContext;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 1961 section 3, with a mechanism that behaves. Levels have {@link GssapiLevelsTest}. */
class GssapiNegotiationTest {

    private static final ProtectionLevel NONE = ProtectionLevel.NONE;
    private static final ProtectionLevel INTEGRITY = ProtectionLevel.INTEGRITY;

    /** What the fake mechanism says: the client its name, the server hello. */
    private static final Authentication NAME = new Authentication(token("616C696365"));

    private static final Authentication HELLO = new Authentication(token("6869"));

    private final FakeContext clientContext = FakeContext.initiator("alice");
    private final FakeContext serverContext = FakeContext.acceptor();

    /** Each state of either side, and the messages that have no place there. */
    static List<OutOfPlace> outOfPlace() {
        Encapsulated data = new Encapsulated(token(""));
        return List.of(
                new OutOfPlace(
                        "server at first", List.of(inClear(1), data, new Abort()), test -> test.server(NONE, true)),
                new OutOfPlace(
                        "server, established", List.of(NAME, data, new Abort()), test -> established(NONE, true)),
                new OutOfPlace("server, done", List.of(NAME, inClear(1), data, new Abort()), test -> {
                    GssapiNegotiation server = established(NONE, true);
                    server.answer(inClear(1));
                    return server;
                }),
                new OutOfPlace("client, begun", List.of(inClear(1), data), test -> {
                    GssapiNegotiation client = test.client(NONE, true);
                    client.begin();
                    return client;
                }),
                new OutOfPlace("client, asking", List.of(HELLO, data), test -> asking(NONE, true)),
                new OutOfPlace("client, done", List.of(HELLO, inClear(1), data), test -> {
                    GssapiNegotiation client = asking(NONE, true);
                    client.answer(inClear(1));
                    return client;
                }));
    }

    @FunctionalInterface
    private interface Stage {
        GssapiNegotiation reach(GssapiNegotiationTest test) throws Socks5Exception;
    }

    record OutOfPlace(String name, List<GssapiMessage> messages, Stage stage) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest
    @MethodSource
    void outOfPlace(OutOfPlace stage) throws Socks5Exception {
        GssapiNegotiation negotiation = stage.stage().reach(this);
        boolean done = negotiation.isDone();
        for (GssapiMessage message : stage.messages()) {
            assertThatExceptionOfType(MalformedMessageException.class)
                    .isThrownBy(() -> negotiation.answer(message))
                    .withMessage("out of place in the GSSAPI negotiation: "
                            + message.getClass().getSimpleName());
            assertThat(negotiation.isDone()).isEqualTo(done);
        }
    }

    @Test
    void theServerMayAbortAtAnyTime() throws Socks5Exception {
        GssapiNegotiation begun = client(NONE, false);
        begun.begin();
        for (GssapiNegotiation client : List.of(begun, asking(NONE, false))) {
            fails(
                    client,
                    AuthenticationFailedException.class,
                    new Abort(),
                    "the proxy has aborted the GSSAPI negotiation");
        }
    }

    @Test
    void onlyTheInitiatorBeginsAndOnlyOnce() throws Socks5Exception {
        assertThatIllegalStateException().isThrownBy(() -> server(NONE, false).begin());
        GssapiNegotiation client = client(NONE, false);
        client.begin();
        assertThatIllegalStateException().isThrownBy(client::begin);
        assertThat(client.answer(HELLO)).hasSize(1);
    }

    @Test
    void thereIsNoProtectionBeforeTheLevel() throws Socks5Exception {
        for (GssapiNegotiation side : List.of(client(NONE, false), asking(NONE, false), established(NONE, false))) {
            assertThat(side.isDone()).isFalse();
            assertThatIllegalStateException().isThrownBy(side::protection).withMessage("no level is agreed upon");
        }
    }

    @Test
    void endsTheContext() throws Socks5Exception {
        server(NONE, false).close();
        assertThat(serverContext.isClosed()).isTrue();
        GssapiNegotiation client = client(INTEGRITY, true);
        client.begin();
        client.answer(HELLO);
        client.answer(inClear(1));
        client.protection().orElseThrow().close();
        assertThat(clientContext.isClosed()).isTrue();
        client.close();
    }

    private GssapiNegotiation client(ProtectionLevel level, boolean inClear) {
        return GssapiNegotiation.initiator(clientContext, level, inClear);
    }

    private GssapiNegotiation server(ProtectionLevel least, boolean inClear) {
        return GssapiNegotiation.acceptor(serverContext, least, ProtectionLevel.CONFIDENTIALITY, inClear);
    }

    /** A client that has sent its level. */
    private static GssapiNegotiation asking(ProtectionLevel level, boolean inClear) throws Socks5Exception {
        GssapiNegotiation client = GssapiNegotiation.initiator(FakeContext.initiator("alice"), level, inClear);
        client.begin();
        client.answer(HELLO);
        return client;
    }

    /** A server that waits for the level. */
    private static GssapiNegotiation established(ProtectionLevel least, boolean inClear) throws Socks5Exception {
        GssapiNegotiation server =
                GssapiNegotiation.acceptor(FakeContext.acceptor(), least, ProtectionLevel.CONFIDENTIALITY, inClear);
        server.answer(NAME);
        return server;
    }

    private static LevelNegotiation inClear(int code) {
        return new LevelNegotiation(GssapiToken.of((byte) code));
    }

    private static void fails(
            GssapiNegotiation negotiation, Class<? extends Socks5Exception> type, GssapiMessage said, String message) {
        assertThatExceptionOfType(type)
                .isThrownBy(() -> negotiation.answer(said))
                .withMessageStartingWith(message);
        assertThat(negotiation.isDone()).isFalse();
        assertThatIllegalStateException().isThrownBy(negotiation::protection);
    }

    private static GssapiToken token(String hex) {
        return GssapiToken.of(Buffers.octets(hex));
    }
}
