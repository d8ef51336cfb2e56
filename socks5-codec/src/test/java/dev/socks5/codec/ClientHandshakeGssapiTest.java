package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHandshakeGssapiTest {

    private static final Request CONNECT = Request.connect(Endpoint.of("192.0.2.1", 80));
    private static final Endpoint PROXY = Endpoint.of("proxy.example", 1080);
    private static final PasswordRequest LOGIN = PasswordRequest.of("u", "p");

    /** "alice", which is what the fake mechanism says first. */
    private static final String NAME = "01 01 0005 616C696365";

    private static final String HELLO = "01 01 0002 6869";

    private final FakeContext context = FakeContext.initiator("alice");

    @Test
    void withProtection() throws Socks5Exception {
        ClientHandshake handshake = asking(ProtectionLevel.INTEGRITY);
        assertThat(handshake.protection()).isEmpty();
        receives(handshake, "01 02 0001 01");
        Protection protection = handshake.protection().orElseThrow();
        assertThat(protection.level()).isEqualTo(ProtectionLevel.INTEGRITY);
        // the driver protects it
        sends(handshake, "05 01 00 01 C0000201 0050");
        receives(handshake, "05 00 00 01 00000000 0000");
        assertThat(handshake.turn()).isEqualTo(Turn.DONE);
        assertThat(handshake.protection()).contains(protection);
    }

    @Test
    void whatTheProxyHasNotProtectedIsItsFailure() throws Socks5Exception {
        ClientHandshake handshake = asking(ProtectionLevel.INTEGRITY);
        receives(handshake, "01 02 0001 01");
        Protection protection = handshake.protection().orElseThrow();
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> protection.unwrap(Buffers.of("01 FF")))
                .satisfies(e -> assertThat(e.proxy()).contains(PROXY));
    }

    @Test
    void withoutProtection() throws Socks5Exception {
        ClientHandshake handshake = asking(ProtectionLevel.NONE);
        receives(handshake, "01 02 0001 00");
        assertThat(handshake.protection()).isEmpty();
        sends(handshake, "05 01 00 01 C0000201 0050");
        receives(handshake, "05 00 00 01 00000000 0000");
        assertThat(handshake.turn()).isEqualTo(Turn.DONE);
    }

    @Test
    void withoutAMechanismThereIsNoProtection() {
        assertThat(new ClientHandshake(CONNECT, LOGIN).protection()).isEmpty();
    }

    @Test
    void aServerThatAsksForMore() throws Socks5Exception {
        ClientHandshake handshake = asking(ProtectionLevel.NONE);
        receives(handshake, "01 02 0001 02");
        assertThat(handshake.protection().orElseThrow().level()).isEqualTo(ProtectionLevel.CONFIDENTIALITY);
    }

    @Test
    void offersALoginAsWell() throws Socks5Exception {
        ClientHandshake handshake = handshake(ProtectionLevel.INTEGRITY, ClientNegotiation.password(LOGIN));
        sends(handshake, "05 02 01 02");
        receives(handshake, "05 02");
        sends(handshake, "01 01 75 01 70");
        receives(handshake, "01 00");
        assertThat(handshake.protection()).isEmpty();
        sends(handshake, "05 01 00 01 C0000201 0050");
    }

    /** That nobody listens is not for the proxy to give up. */
    @ParameterizedTest
    @ValueSource(strings = {"05 00", "05 02", "05 03"})
    void selectionsOfWhatWasNotOffered(String hex) throws Socks5Exception {
        ClientHandshake handshake = handshake(ProtectionLevel.INTEGRITY);
        sends(handshake, "05 01 01");
        fails(handshake, MalformedMessageException.class, hex);
    }

    @Test
    void noAcceptableMethod() throws Socks5Exception {
        ClientHandshake handshake = handshake(ProtectionLevel.INTEGRITY);
        handshake.send();
        assertThat(fails(handshake, NoAcceptableMethodException.class, "05 FF"))
                .hasMessage("the proxy accepts none of the methods offered: [GSSAPI (0x01)]"
                        + " [proxy proxy.example:1080]");
    }

    @Test
    void theServerAborts() throws Socks5Exception {
        for (ClientHandshake handshake : new ClientHandshake[] {begun(), asking(ProtectionLevel.INTEGRITY)}) {
            AuthenticationFailedException e = fails(handshake, AuthenticationFailedException.class, "01 FF");
            assertThat(e.status()).isEqualTo(0xFF);
            assertThat(e).hasMessage("the proxy has aborted the GSSAPI negotiation [proxy proxy.example:1080]");
        }
    }

    @Test
    void aMechanismThatCannotBegin() throws Socks5Exception {
        context.close();
        ClientHandshake handshake = handshake(ProtectionLevel.INTEGRITY);
        handshake.send();
        receives(handshake, "05 01");
        assertThatExceptionOfType(GssapiException.class)
                .isThrownBy(handshake::send)
                .withMessage("the context has ended [proxy proxy.example:1080]");
        assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
        assertThat(handshake.protection()).isEmpty();
    }

    @Test
    void aTokenThatIsNotGood() throws Socks5Exception {
        assertThat(fails(begun(), GssapiException.class, "01 01 0002 6868").proxy())
                .contains(PROXY);
    }

    @ParameterizedTest
    @CsvSource({"00", "05 01", "01 00", "01 02 0001 01", "01 03 0000"})
    void nothingElseMayComeBeforeTheContextStands(String hex) throws Socks5Exception {
        fails(begun(), MalformedMessageException.class, hex);
    }

    @ParameterizedTest
    @CsvSource({"00", "05 00", "01 00", HELLO, "01 03 0000"})
    void nothingElseMayComeInsteadOfTheLevel(String hex) throws Socks5Exception {
        fails(asking(ProtectionLevel.INTEGRITY), MalformedMessageException.class, hex);
    }

    @ParameterizedTest
    @CsvSource({"00", "04", "FF"})
    void levelsThatAreTooLittle(String level) throws Socks5Exception {
        fails(asking(ProtectionLevel.INTEGRITY), GssapiException.class, "01 02 0001 " + level);
    }

    @Test
    void incompleteMessagesChangeNothing() throws Socks5Exception {
        ClientHandshake handshake = begun();
        ByteBuffer in = Buffers.of("01 01 0002 68");
        assertThat(handshake.missing(in)).isEqualTo(1);
        assertThat(handshake.receive(in)).isFalse();
        assertThat(in.position()).isZero();
        receives(handshake, HELLO);
        sends(handshake, "01 02 0001 01");
    }

    @Test
    void takesOneMessageAtATime() throws Socks5Exception {
        ClientHandshake handshake = begun();
        ByteBuffer in = Buffers.of(HELLO + "01 02 0001 01" + "CAFE");
        assertThat(handshake.receive(in)).isTrue();
        handshake.send();
        assertThat(handshake.receive(in)).isTrue();
        assertThat(Buffers.hex(in)).isEqualTo("CAFE");
    }

    /** As many octets as are missing, again and again, and never one of those behind. */
    @Test
    void asksForNoMoreThanTheMessage() throws Socks5Exception {
        ClientHandshake handshake = begun();
        ByteBuffer in = Buffers.of(HELLO + "CAFE").limit(0);
        while (handshake.turn() == Turn.RECEIVE) {
            in.limit(in.limit() + handshake.missing(in));
            handshake.receive(in);
        }
        assertThat(in.limit()).isEqualTo(6);
    }

    private ClientHandshake handshake(ProtectionLevel level, ClientNegotiation... others) {
        List<ClientNegotiation> offers = new ArrayList<>(List.of(others));
        offers.add(0, ClientNegotiation.gssapi(context, level, true));
        return new ClientHandshake(CONNECT, offers, PROXY);
    }

    /** One that waits for the server's token. */
    private static ClientHandshake begun() throws Socks5Exception {
        return begun(ProtectionLevel.INTEGRITY);
    }

    private static ClientHandshake begun(ProtectionLevel level) throws Socks5Exception {
        ClientNegotiation negotiation = ClientNegotiation.gssapi(FakeContext.initiator("alice"), level, true);
        ClientHandshake handshake = new ClientHandshake(CONNECT, List.of(negotiation), PROXY);
        sends(handshake, "05 01 01");
        receives(handshake, "05 01");
        sends(handshake, NAME);
        return handshake;
    }

    /** One that waits for the server's level. */
    private static ClientHandshake asking(ProtectionLevel level) throws Socks5Exception {
        ClientHandshake handshake = begun(level);
        receives(handshake, HELLO);
        sends(handshake, "01 02 0001 %02X".formatted(level.code()));
        return handshake;
    }

    private static void sends(ClientHandshake handshake, String hex) throws Socks5Exception {
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
        assertThat(Buffers.hex(handshake.send())).isEqualTo(hex.replace(" ", ""));
    }

    private static void receives(ClientHandshake handshake, String hex) throws Socks5Exception {
        assertThat(handshake.turn()).isEqualTo(Turn.RECEIVE);
        ByteBuffer in = Buffers.of(hex);
        assertThat(handshake.receive(in)).isTrue();
        assertThat(in.hasRemaining()).isFalse();
    }

    private static <E extends Socks5Exception> E fails(ClientHandshake handshake, Class<E> type, String hex) {
        E failure = assertThatExceptionOfType(type)
                .isThrownBy(() -> handshake.receive(Buffers.of(hex)))
                .actual();
        assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
        assertThat(handshake.protection()).isEmpty();
        return failure;
    }
}
