package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHandshakeTest {

    private static final Request CONNECT = Request.connect(Endpoint.of("example.com", 443));
    private static final Request BIND = new Request(Command.BIND, Endpoint.of("192.0.2.1", 21));
    private static final PasswordRequest LOGIN = PasswordRequest.of("user", "secret");

    @Test
    void withoutLogin() throws Socks5Exception {
        ClientHandshake handshake = new ClientHandshake(CONNECT);
        sends(handshake, "05 01 00");
        selects(handshake, AuthMethod.NO_AUTHENTICATION);
        sends(handshake, "05 01 00 03 0B 6578616D706C652E636F6D 01BB");
        replies(handshake, "05 00 00 01 C0000201 0438", Reply.success(Endpoint.of("192.0.2.1", 1080)));
        assertThat(handshake.turn()).isEqualTo(Turn.DONE);
    }

    @Test
    void withLogin() throws Socks5Exception {
        ClientHandshake handshake = new ClientHandshake(CONNECT, LOGIN);
        sends(handshake, "05 02 00 02");
        selects(handshake, AuthMethod.USERNAME_PASSWORD);
        sends(handshake, "01 04 75736572 06 736563726574");
        receives(handshake, "01 00");
        sends(handshake, "05 01 00 03 0B 6578616D706C652E636F6D 01BB");
        replies(handshake, "05 00 00 01 00000000 0000", Reply.success(Endpoint.UNSPECIFIED));
        assertThat(handshake.turn()).isEqualTo(Turn.DONE);
    }

    /** Credentials go out only where the server selects them. */
    @Test
    void withLoginNotAskedFor() throws Socks5Exception {
        ClientHandshake handshake = new ClientHandshake(CONNECT, LOGIN);
        sends(handshake, "05 02 00 02");
        selects(handshake, AuthMethod.NO_AUTHENTICATION);
        sends(handshake, "05 01 00 03 0B 6578616D706C652E636F6D 01BB");
    }

    @Test
    void bindHasTwoReplies() throws Socks5Exception {
        ClientHandshake handshake = new ClientHandshake(BIND);
        sends(handshake, "05 01 00");
        selects(handshake, AuthMethod.NO_AUTHENTICATION);
        sends(handshake, "05 02 00 01 C0000201 0015");
        replies(handshake, "05 00 00 01 C6336401 0438", Reply.success(Endpoint.of("198.51.100.1", 1080)));
        assertThat(handshake.turn()).isEqualTo(Turn.RECEIVE);
        replies(handshake, "05 00 00 01 C0000201 0014", Reply.success(Endpoint.of("192.0.2.1", 20)));
        assertThat(handshake.turn()).isEqualTo(Turn.DONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x03, 0x00, 0x7F, 0xF0, 0xF1, 0xFF})
    void everythingElseHasOneReply(int command) throws Socks5Exception {
        ClientHandshake handshake = afterRequest(new Request(Command.of(command), Endpoint.UNSPECIFIED));
        replies(handshake, "05 00 00 01 00000000 0000", Reply.success(Endpoint.UNSPECIFIED));
        assertThat(handshake.turn()).isEqualTo(Turn.DONE);
    }

    @Test
    void leavesTheTunnelsOctets() throws Socks5Exception {
        ClientHandshake handshake = afterRequest(CONNECT);
        ByteBuffer in = Buffers.of("05 00 00 01 00000000 0000 05 01 00 FF");
        assertThat(handshake.receive(in)).isTrue();
        assertThat(Buffers.hex(in)).isEqualTo("050100FF");
    }

    @ParameterizedTest
    @ValueSource(strings = {"04 00", "00 5A", "01 00", "48", "05 01", "05 02", "05 03", "05 80", "05 FE"})
    void selectionsThatAreNone(String hex) throws Socks5Exception {
        ClientHandshake handshake = new ClientHandshake(CONNECT);
        handshake.send();
        fails(handshake, MalformedMessageException.class, hex);
    }

    @ParameterizedTest
    @ValueSource(strings = {"05 01", "05 03", "05 80"})
    void selectionsOfWhatWasNotOfferedWithALogin(String hex) throws Socks5Exception {
        ClientHandshake handshake = new ClientHandshake(CONNECT, LOGIN);
        handshake.send();
        fails(handshake, MalformedMessageException.class, hex);
    }

    @Test
    void noAcceptableMethod() throws Socks5Exception {
        ClientHandshake handshake = new ClientHandshake(CONNECT, LOGIN);
        handshake.send();
        NoAcceptableMethodException e = fails(handshake, NoAcceptableMethodException.class, "05 FF");
        assertThat(e)
                .hasMessage("the proxy accepts none of the methods offered: "
                        + "[no authentication (0x00), username/password (0x02)]");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x05, 0x80, 0xFF})
    void statusOtherThanZero(int status) throws Socks5Exception {
        String hex = HexFormat.of().toHexDigits((byte) status);
        AuthenticationFailedException e = fails(afterLogin(), AuthenticationFailedException.class, "01" + hex);
        assertThat(e.status()).isEqualTo(status);
        assertThat(e)
                .hasMessage("the proxy did not accept the user name and password (status 0x%02X)".formatted(status));
        assertThat(fails(afterLogin(), AuthenticationFailedException.class, "05" + hex)
                        .status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00 00", "02 00", "04", "FF 00"})
    void loginAnswersThatAreNone(String hex) throws Socks5Exception {
        fails(afterLogin(), MalformedMessageException.class, hex);
    }

    @ParameterizedTest
    @CsvSource({"01", "02", "03", "04", "05", "06", "07", "08", "09", "77", "F0", "FF"})
    void everyOtherReplyIsAFailure(String code) throws Socks5Exception {
        ClientHandshake handshake = afterRequest(CONNECT);
        RequestRejectedException e =
                fails(handshake, RequestRejectedException.class, "05" + code + "00 01 C0000201 0050");
        assertThat(e.request()).isEqualTo(CONNECT);
        assertThat(e.reply())
                .isEqualTo(new Reply(ReplyCode.of(Integer.parseInt(code, 16)), Endpoint.of("192.0.2.1", 80)));
    }

    /** Tor answers so when it finds no address. */
    @Test
    void aFailureIsOneWhateverItsAddressType() throws Socks5Exception {
        assertThat(fails(afterRequest(CONNECT), RequestRejectedException.class, "05 04 00 00 00000000 0000")
                        .reply())
                .isEqualTo(Reply.failure(ReplyCode.HOST_UNREACHABLE));
    }

    @Test
    void aRejectionNamesCommandDestinationAndReply() throws Socks5Exception {
        assertThat(fails(afterRequest(CONNECT), RequestRejectedException.class, "05 05 00 01 00000000 0000"))
                .hasMessage("the proxy rejected CONNECT (0x01) to example.com:443: connection refused (0x05)");
        Request strange = new Request(Command.of(0x7F), new Endpoint(new DomainName("a\r\nb"), 1));
        assertThat(fails(afterRequest(strange), RequestRejectedException.class, "05 77 00 01 00000000 0000"))
                .hasMessage("the proxy rejected command (0x7F) to a\\x0d\\x0ab:1: unassigned reply (0x77)");
    }

    @Test
    void aFailureNamesTheProxyIfThatIsKnown() throws Socks5Exception {
        Endpoint proxy = Endpoint.of("proxy.example", 1080);
        ClientHandshake handshake = new ClientHandshake(CONNECT, Offers.of(LOGIN), proxy);
        handshake.send();
        NoAcceptableMethodException e = fails(handshake, NoAcceptableMethodException.class, "05 FF");
        assertThat(e.proxy()).contains(proxy);
        assertThat(e).hasMessageEndingWith(" [proxy proxy.example:1080]");

        ByteBuffer nothing = ByteBuffer.allocate(0);
        Socks5Exception closed = new ClientHandshake(CONNECT, Offers.of(LOGIN), proxy).closed(nothing);
        assertThat(closed.proxy()).contains(proxy);
        assertThat(closed).hasMessageEndingWith("[proxy proxy.example:1080]");
        assertThat(new ClientHandshake(CONNECT, LOGIN).closed(nothing).proxy()).isEmpty();
    }

    @Test
    void theSecondReplyOfABindCanFail() throws Socks5Exception {
        ClientHandshake handshake = afterRequest(BIND);
        assertThat(handshake.receive(Buffers.of("05 00 00 01 00000000 0000"))).isTrue();
        RequestRejectedException e = fails(handshake, RequestRejectedException.class, "05 04 00 01 00000000 0000");
        assertThat(e.reply().code()).isEqualTo(ReplyCode.HOST_UNREACHABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"04", "00 5A", "05 00 00 00", "05 00 00 02", "05 00 00 05", "05 00 00 83"})
    void repliesThatAreNone(String hex) throws Socks5Exception {
        fails(afterRequest(CONNECT), MalformedMessageException.class, hex);
    }

    @Test
    void incompleteMessagesChangeNothing() throws Socks5Exception {
        ClientHandshake handshake = afterRequest(CONNECT);
        ByteBuffer in = Buffers.of("05 00 00 01 C0000201 04");
        assertThat(handshake.receive(in)).isFalse();
        assertThat(handshake.reply()).isEmpty();
        assertThat(in.position()).isZero();
        assertThat(handshake.turn()).isEqualTo(Turn.RECEIVE);
        assertThat(handshake.receive(Buffers.of("05 00 00 01 C0000201 0438"))).isTrue();
    }

    private static void sends(ClientHandshake handshake, String hex) throws Socks5Exception {
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
        ByteBuffer message = handshake.send();
        assertThat(Buffers.hex(message)).isEqualTo(hex.replace(" ", ""));
        assertThat(message.position()).isZero();
    }

    private static void selects(ClientHandshake handshake, AuthMethod method) throws Socks5Exception {
        receives(handshake, Buffers.hex(new MethodSelection(method).encode()));
    }

    private static void receives(ClientHandshake handshake, String hex) throws Socks5Exception {
        assertThat(handshake.reply()).isEmpty();
        takes(handshake, hex);
        assertThat(handshake.reply()).isEmpty();
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
    }

    private static void replies(ClientHandshake handshake, String hex, Reply reply) throws Socks5Exception {
        takes(handshake, hex);
        assertThat(handshake.reply()).contains(reply);
    }

    private static void takes(ClientHandshake handshake, String hex) throws Socks5Exception {
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
        assertThatThrownBy(handshake::send).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> handshake.receive(Buffers.of("05 00"))).isInstanceOf(IllegalStateException.class);
        return failure;
    }

    private static ClientHandshake afterLogin() throws Socks5Exception {
        ClientHandshake handshake = new ClientHandshake(CONNECT, LOGIN);
        handshake.send();
        handshake.receive(Buffers.of("05 02"));
        handshake.send();
        return handshake;
    }

    private static ClientHandshake afterRequest(Request request) throws Socks5Exception {
        ClientHandshake handshake = new ClientHandshake(request);
        handshake.send();
        handshake.receive(Buffers.of("05 00"));
        handshake.send();
        return handshake;
    }
}
