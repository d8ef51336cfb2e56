package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.socks5.codec.GssapiMessage.Authentication;
import dev.socks5.codec.GssapiMessage.LevelNegotiation;
import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 1961 section 4: which level is agreed, and how it is said. */
class GssapiLevelsTest {

    private static final ProtectionLevel NONE = ProtectionLevel.NONE;
    private static final ProtectionLevel INTEGRITY = ProtectionLevel.INTEGRITY;
    private static final ProtectionLevel CONFIDENTIALITY = ProtectionLevel.CONFIDENTIALITY;

    /** What the fake mechanism says: the client its name, the server hello. */
    private static final Authentication NAME = new Authentication(token("616C696365"));

    private static final Authentication HELLO = new Authentication(token("6869"));

    private final FakeContext clientContext = FakeContext.initiator("alice");
    private final FakeContext serverContext = FakeContext.acceptor();

    /** What is agreed is what the client asks for or, if that is too little, what the server asks for. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0", "0, 1, 1", "0, 2, 2", "0, 3, 3",
        "1, 0, 1", "1, 1, 1", "1, 2, 2", "1, 3, 3",
        "2, 0, 2", "2, 1, 2", "2, 2, 2", "2, 3, 2",
        "3, 0, 3", "3, 1, 3", "3, 2, 2", "3, 3, 3",
    })
    void bothSidesAgree(int asked, int least, int agreed) throws Socks5Exception {
        for (boolean inClear : new boolean[] {false, true}) {
            GssapiNegotiation client =
                    GssapiNegotiation.initiator(FakeContext.initiator("alice"), new ProtectionLevel(asked), inClear);
            GssapiNegotiation server = GssapiNegotiation.acceptor(
                    FakeContext.acceptor(), new ProtectionLevel(least), ProtectionLevel.CONFIDENTIALITY, true);
            List<GssapiMessage> hello = server.answer(client.begin().get(0));
            assertThat(hello).containsExactly(HELLO);
            List<GssapiMessage> level = server.answer(client.answer(HELLO).get(0));
            assertThat(server.isDone()).isTrue();
            assertThat(client.isDone()).isFalse();
            assertThat(client.answer(level.get(0))).isEmpty();
            assertThat(client.isDone()).isTrue();
            for (GssapiNegotiation side : List.of(client, server)) {
                assertThat(side.protection().map(Protection::level).orElse(NONE))
                        .isEqualTo(new ProtectionLevel(agreed));
            }
            assertThat(server.peerName()).isEqualTo("alice");
        }
    }

    @Test
    void theLevelIsWrappedUnlessToldOtherwise() throws Socks5Exception {
        GssapiNegotiation client = client(CONFIDENTIALITY, false);
        assertThat(client.begin()).containsExactly(NAME);
        // the fake mechanism's: initiator, not encrypted, number 0, the level, checksum
        assertThat(client.answer(HELLO))
                .singleElement()
                .satisfies(level ->
                        assertThat(Buffers.hex(level.encode())).startsWith("0102000B" + "490000000000" + "02"));
    }

    @Test
    void theLevelInClearIsOneOctet() throws Socks5Exception {
        GssapiNegotiation client = client(CONFIDENTIALITY, true);
        client.begin();
        assertThat(client.answer(HELLO)).containsExactly(inClear(2));
        GssapiNegotiation server = established(INTEGRITY, true);
        assertThat(server.answer(inClear(2))).containsExactly(inClear(2));
    }

    @Test
    void aWrappedLevelIsAnsweredByAWrappedOne() throws Socks5Exception {
        GssapiNegotiation server = established(INTEGRITY, true);
        LevelNegotiation answer =
                (LevelNegotiation) server.answer(wrapped(clientContext, 2)).get(0);
        assertThat(clientContext.unwrap(answer.token().octets()).data()).isEqualTo(Buffers.of("02"));
    }

    @Test
    void aWrappedAnswerIsGoodEvenIfTheLevelWasSentInClear() throws Socks5Exception {
        GssapiNegotiation client = asking(INTEGRITY, true);
        assertThat(client.answer(wrapped(FakeContext.acceptor(), 1))).isEmpty();
        assertThat(client.isDone()).isTrue();
    }

    @Test
    void aLevelInClearDoesNotCountUnlessToldSo() throws Socks5Exception {
        fails(established(NONE, false), GssapiException.class, inClear(2), "not what the peer has wrapped");
        fails(asking(INTEGRITY, false), GssapiException.class, inClear(1), "not what the peer has wrapped");
    }

    @Test
    void theClientTakesNoLessThanItAskedFor() throws Socks5Exception {
        for (boolean inClear : new boolean[] {false, true}) {
            fails(
                    asking(CONFIDENTIALITY, inClear),
                    GssapiException.class,
                    wrapped(FakeContext.acceptor(), 3),
                    "the proxy agrees to selective protection (0x03), and not to integrity and confidentiality (0x02)");
            fails(
                    asking(INTEGRITY, inClear),
                    GssapiException.class,
                    wrapped(FakeContext.acceptor(), 0),
                    "the proxy agrees to no protection (0x00), and not to integrity (0x01)");
        }
        fails(
                asking(INTEGRITY, true),
                GssapiException.class,
                inClear(0),
                "the proxy agrees to no protection (0x00), and not to integrity (0x01)");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 0x80, 0xFF})
    void levelsThatAreNotKnown(int code) throws Socks5Exception {
        String message = "the peer wants a level that is not known: protection level (0x%02X)".formatted(code);
        fails(established(NONE, false), GssapiException.class, wrapped(FakeContext.initiator("a"), code), message);
        fails(established(NONE, true), GssapiException.class, inClear(code), message);
        fails(asking(NONE, false), GssapiException.class, wrapped(FakeContext.acceptor(), code), message);
        fails(asking(NONE, true), GssapiException.class, inClear(code), message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client(new ProtectionLevel(code), false))
                .withMessageStartingWith("no levels that can be agreed upon: ");
        assertThatIllegalArgumentException().isThrownBy(() -> server(new ProtectionLevel(code), false));
    }

    @Test
    void aLevelHasOneOctet() throws Socks5Exception {
        String message = "a protection level has one octet, not ";
        fails(
                established(NONE, true),
                MalformedMessageException.class,
                wrapped(FakeContext.initiator("a")),
                message + 0);
        fails(
                established(NONE, true),
                MalformedMessageException.class,
                wrapped(FakeContext.initiator("a"), 1, 1),
                message + 2);
        // what is not one octet in the clear has to be wrapped
        fails(established(NONE, true), GssapiException.class, new LevelNegotiation(token("")), "not what");
        fails(established(NONE, true), GssapiException.class, new LevelNegotiation(token("0101")), "not what");
    }

    @Test
    void aLevelOutOfSequence() throws Socks5Exception {
        clientContext.wrap(ByteBuffer.allocate(1), false); // and this one is lost
        fails(
                established(NONE, false),
                GssapiException.class,
                wrapped(clientContext, 1),
                "the protection level is out of sequence: OUT_OF_SEQUENCE");
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

    private static LevelNegotiation wrapped(GssapiContext context, int... octets) throws GssapiException {
        ByteBuffer data = ByteBuffer.allocate(octets.length);
        IntStream.of(octets).forEach(octet -> data.put((byte) octet));
        return new LevelNegotiation(GssapiToken.of(context.wrap(data.flip(), false)));
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

    /** Whatever is asked for, a server stays within its limits. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0",
        "1, 0, 0, 0",
        "2, 0, 0, 0",
        "3, 0, 0, 0",
        "2, 0, 1, 1",
        "3, 1, 1, 1",
        "0, 1, 1, 1",
        "2, 0, 3, 3",
        "1, 0, 3, 1",
        "2, 1, 2, 2",
        "0, 1, 2, 1"
    })
    void theServerStaysWithinItsLimits(int asked, int least, int most, int agreed) throws Socks5Exception {
        GssapiNegotiation client = GssapiNegotiation.initiator(clientContext, new ProtectionLevel(asked), false);
        GssapiNegotiation server =
                GssapiNegotiation.acceptor(serverContext, new ProtectionLevel(least), new ProtectionLevel(most), false);
        server.answer(client.begin().get(0));
        server.answer(client.answer(HELLO).get(0));
        assertThat(server.protection().map(Protection::level).orElse(NONE)).isEqualTo(new ProtectionLevel(agreed));
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 3", "2, 1", "0, 7", "7, 7"})
    void limitsThatAreNone(int least, int most) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GssapiNegotiation.acceptor(
                        serverContext, new ProtectionLevel(least), new ProtectionLevel(most), false));
    }
}
