package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.socks5.codec.GssapiMessage.Authentication;
import dev.socks5.codec.GssapiMessage.LevelNegotiation;
import dev.socks5.testing.FakeContext;
import dev.socks5.testing.OddContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mechanisms that take another number of steps than Kerberos, cannot do all, or break their word. */
class OddMechanismsTest {

    private static final ProtectionLevel NONE = ProtectionLevel.NONE;
    private static final ProtectionLevel INTEGRITY = ProtectionLevel.INTEGRITY;
    private static final ProtectionLevel CONFIDENTIALITY = ProtectionLevel.CONFIDENTIALITY;

    private final FakeContext initiator = FakeContext.initiator("alice");
    private final FakeContext acceptor = FakeContext.acceptor();

    /** The initiator's last token and its level go together; the acceptor has no last token. */
    @Test
    void threeLegs() throws Socks5Exception {
        GssapiNegotiation client = client(OddContext.saying(initiator, "01", "03"), INTEGRITY);
        GssapiNegotiation server = server(OddContext.saying(acceptor, "02", ""), NONE);
        assertThat(client.begin()).containsExactly(authentication("01"));
        assertThat(server.answer(authentication("01"))).containsExactly(authentication("02"));
        List<GssapiMessage> last = client.answer(authentication("02"));
        assertThat(last).hasSize(2).startsWith(authentication("03"));
        assertThat(server.answer(last.get(0))).isEmpty();
        assertThat(server.isDone()).isFalse();
        agree(client, server, last.get(1));
    }

    @Test
    void fourLegs() throws Socks5Exception {
        GssapiNegotiation client = client(OddContext.saying(initiator, "01", "03", ""), INTEGRITY);
        GssapiNegotiation server = server(OddContext.saying(acceptor, "02", "04"), NONE);
        assertThat(client.begin()).containsExactly(authentication("01"));
        assertThat(server.answer(authentication("01"))).containsExactly(authentication("02"));
        assertThat(client.answer(authentication("02"))).containsExactly(authentication("03"));
        assertThat(server.answer(authentication("03"))).containsExactly(authentication("04"));
        List<GssapiMessage> level = client.answer(authentication("04"));
        assertThat(level).hasSize(1);
        agree(client, server, level.get(0));
    }

    /** Without mutual authentication, say. */
    @Test
    void oneLeg() throws Socks5Exception {
        GssapiNegotiation client = client(OddContext.saying(initiator, "01"), INTEGRITY);
        GssapiNegotiation server = server(OddContext.saying(acceptor, ""), NONE);
        List<GssapiMessage> all = client.begin();
        assertThat(all).hasSize(2).startsWith(authentication("01"));
        assertThat(server.answer(all.get(0))).isEmpty();
        agree(client, server, all.get(1));
    }

    private static void agree(GssapiNegotiation client, GssapiNegotiation server, GssapiMessage level)
            throws Socks5Exception {
        assertThat(level).isInstanceOf(LevelNegotiation.class);
        List<GssapiMessage> answers = server.answer(level);
        assertThat(answers).hasSize(1);
        assertThat(client.answer(answers.get(0))).isEmpty();
        assertThat(client.isDone()).isTrue();
        assertThat(server.isDone()).isTrue();
    }

    /** In either direction, at the handshake of either side. */
    @Test
    void twoMessagesAtOnceInAHandshake() throws Socks5Exception {
        ClientHandshake client = new ClientHandshake(
                Request.connect(Endpoint.UNSPECIFIED),
                List.of(ClientNegotiation.gssapi(OddContext.saying(initiator, "01"), INTEGRITY, true)),
                null);
        ServerHandshake server = new ServerHandshake();
        acceptor.establish(new byte[] {'a'}); // so that it has a name for the client
        ServerNegotiation acceptance = ServerNegotiation.gssapi(
                OddContext.saying(acceptor, ""), NONE, CONFIDENTIALITY, true, name -> Optional.of(() -> name));
        assertThat(server.receive(client.send())).isPresent();
        assertThat(client.receive(server.select(acceptance))).isTrue();
        ByteBuffer both = client.send();
        assertThat(Buffers.hex(both)).isEqualTo("0101000101" + "0102000101");
        assertThat(acceptance.receive(both)).isTrue();
        assertThat(Buffers.hex(both)).isEqualTo("0102000101");
        assertThat(server.turn()).isEqualTo(Turn.RECEIVE);
        assertThat(acceptance.receive(both)).isTrue();
        assertThat(both.hasRemaining()).isFalse();
        assertThat(server.turn()).isEqualTo(Turn.SEND);
    }

    @Test
    void anEmptyTokenThoughTheContextDoesNotStand() {
        String message = "the mechanism wants to go on and has nothing to say";
        beginFails(client(OddContext.saying(initiator, "", "01"), NONE), message);
        answerFails(server(OddContext.saying(acceptor, "", "01"), NONE), authentication("01"), message);
    }

    @Test
    void tokensTooLongToSay() throws Socks5Exception {
        String message = "the mechanism's token of 65536 octets is too long";
        assertThat(client(OddContext.saying(initiator, "41".repeat(65_535), ""), NONE)
                        .begin())
                .containsExactly(authentication("41".repeat(65_535)));
        beginFails(client(OddContext.saying(initiator, "41".repeat(65_536), ""), NONE), message);
        answerFails(server(OddContext.saying(acceptor, "41".repeat(65_536)), NONE), authentication("01"), message);
    }

    @ParameterizedTest
    @ValueSource(ints = {65_536, 100_000})
    void wrappedLevelsThatAreTooLong(int length) throws Socks5Exception {
        String message = "the mechanism's token of " + length + " octets is too long";
        GssapiNegotiation client = client(wrapping(initiator, length), INTEGRITY);
        client.begin();
        answerFails(client, authentication("6869"), message);
        GssapiNegotiation server = server(wrapping(acceptor, length), NONE);
        server.answer(authentication("61"));
        answerFails(server, level(INTEGRITY), message);
    }

    @Test
    void wrappedDataThatIsTooLong() throws Socks5Exception {
        GssapiProtection protection = new GssapiProtection(wrapping(acceptor, 65_536), INTEGRITY);
        ByteBuffer data = Buffers.of("010203");
        assertThatExceptionOfType(GssapiException.class)
                .isThrownBy(() -> protection.wrap(data))
                .withMessage("the mechanism's token of 65536 octets is too long");
        assertThat(data.position()).isZero();
        assertThatExceptionOfType(GssapiException.class).isThrownBy(() -> protection.wrapDatagram(data));
        assertThat(new GssapiProtection(wrapping(acceptor, 65_535), INTEGRITY)
                        .wrap(data)
                        .remaining())
                .isEqualTo(65_539);
    }

    private static GssapiContext wrapping(FakeContext fake, int length) {
        return new OddContext(fake) {
            @Override
            public byte[] wrap(ByteBuffer data, boolean confidential) {
                return new byte[length];
            }
        };
    }

    /** Neither side says or takes what its mechanism cannot do. */
    @Test
    void noConfidentiality() throws Socks5Exception {
        String message = "the mechanism does not offer integrity and confidentiality (0x02)";
        beginFails(client(withoutConfidentiality(initiator, "01"), CONFIDENTIALITY), message);

        GssapiNegotiation client = client(withoutConfidentiality(initiator, "01"), INTEGRITY);
        client.begin();
        answerFails(client, new LevelNegotiation(wrapped(FakeContext.acceptor(), CONFIDENTIALITY)), message);

        GssapiNegotiation asked = server(withoutConfidentiality(acceptor, ""), NONE);
        asked.answer(authentication("01"));
        answerFails(asked, level(CONFIDENTIALITY), message);

        GssapiNegotiation wanting = server(withoutConfidentiality(FakeContext.acceptor(), ""), CONFIDENTIALITY);
        wanting.answer(authentication("01"));
        answerFails(wanting, level(INTEGRITY), message);
    }

    /** Stands after its first word. */
    private static GssapiContext withoutConfidentiality(FakeContext fake, String word) {
        return new OddContext(fake) {
            private boolean established;

            @Override
            public byte[] establish(byte[] token) {
                established = true;
                return Buffers.octets(word);
            }

            @Override
            public boolean isEstablished() {
                return established;
            }

            @Override
            public boolean offers(ProtectionLevel level) {
                return !level.equals(CONFIDENTIALITY);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void noRoomForAnyData(int greatest) throws Socks5Exception {
        GssapiContext full = new OddContext(acceptor) {
            @Override
            public int greatestData(int tokenLength, boolean confidential) {
                return greatest;
            }
        };
        String message = "the mechanism has no token that fits into a message";
        assertThatExceptionOfType(GssapiException.class)
                .isThrownBy(() -> new GssapiProtection(full, INTEGRITY))
                .withMessage(message);
        GssapiNegotiation server = server(full, NONE);
        server.answer(authentication("61"));
        answerFails(server, level(INTEGRITY), message);
    }

    private static void beginFails(GssapiNegotiation client, String message) {
        assertThatExceptionOfType(GssapiException.class)
                .isThrownBy(client::begin)
                .withMessage(message);
        assertThat(client.isDone()).isFalse();
    }

    private static void answerFails(GssapiNegotiation side, GssapiMessage said, String message) {
        assertThatExceptionOfType(GssapiException.class)
                .isThrownBy(() -> side.answer(said))
                .withMessage(message);
        assertThat(side.isDone()).isFalse();
    }

    private static GssapiNegotiation client(GssapiContext context, ProtectionLevel level) {
        return GssapiNegotiation.initiator(context, level, false);
    }

    private static GssapiNegotiation server(GssapiContext context, ProtectionLevel least) {
        return GssapiNegotiation.acceptor(context, least, ProtectionLevel.CONFIDENTIALITY, false);
    }

    private static LevelNegotiation level(ProtectionLevel level) throws GssapiException {
        return new LevelNegotiation(wrapped(FakeContext.initiator("alice"), level));
    }

    private static GssapiToken wrapped(GssapiContext context, ProtectionLevel level) throws GssapiException {
        return GssapiToken.of(context.wrap(ByteBuffer.wrap(new byte[] {(byte) level.code()}), false));
    }

    private static Authentication authentication(String hex) {
        return new Authentication(token(hex));
    }

    private static GssapiToken token(String hex) {
        return GssapiToken.of(Buffers.octets(hex));
    }
}
