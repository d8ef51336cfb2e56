package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerHandshakeTest {

    private static final MethodSelection ANONYMOUS = new MethodSelection(AuthMethod.NO_AUTHENTICATION);
    private static final MethodSelection BY_PASSWORD = new MethodSelection(AuthMethod.USERNAME_PASSWORD);
    private static final Reply SUCCESS = Reply.success(Endpoint.of("192.0.2.1", 1080));

    private final ServerHandshake handshake = new ServerHandshake();

    @Test
    void withoutLogin() throws MalformedMessageException {
        receives("05 01 00", Greeting.of(AuthMethod.NO_AUTHENTICATION));
        sends(ANONYMOUS, "05 00");
        receives("05 01 00 01 C0000201 0050", Request.connect(Endpoint.of("192.0.2.1", 80)));
        sends(SUCCESS, "05 00 00 01 C0000201 0438");
        assertThat(handshake.turn()).isEqualTo(Turn.DONE);
    }

    @Test
    void withLogin() throws MalformedMessageException {
        receives("05 02 00 02", Greeting.of(AuthMethod.NO_AUTHENTICATION, AuthMethod.USERNAME_PASSWORD));
        sends(BY_PASSWORD, "05 02");
        receives("01 01 75 01 70", PasswordRequest.of("u", "p"));
        sends(PasswordResponse.SUCCESS, "01 00");
        receives("05 03 00 01 00000000 0000", new Request(Command.UDP_ASSOCIATE, Endpoint.UNSPECIFIED));
        sends(SUCCESS, "05 00 00 01 C0000201 0438");
        assertThat(handshake.turn()).isEqualTo(Turn.DONE);
    }

    @Test
    void bindHasTwoReplies() throws MalformedMessageException {
        request("05 02 00 01 C0000201 0015");
        sends(SUCCESS, "05 00 00 01 C0000201 0438");
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
        sends(SUCCESS, "05 00 00 01 C0000201 0438");
        assertThat(handshake.turn()).isEqualTo(Turn.DONE);
    }

    @Test
    void eitherReplyOfABindCanFail() throws MalformedMessageException {
        request("05 02 00 01 C0000201 0015");
        handshake.send(SUCCESS);
        sends(Reply.failure(ReplyCode.HOST_UNREACHABLE), "05 04 00 01 00000000 0000");
        isOver();
    }

    @Test
    void afterAFailedBindThereIsNoSecondReply() throws MalformedMessageException {
        request("05 02 00 01 C0000201 0015");
        handshake.send(Reply.failure(ReplyCode.GENERAL_FAILURE));
        isOver();
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "01", "03", "7F", "F0", "F1", "FF"})
    void everythingElseHasOneReply(String command) throws MalformedMessageException {
        request("05" + command + "00 01 C0000201 0015");
        handshake.send(SUCCESS);
        assertThat(handshake.turn()).isEqualTo(Turn.DONE);
    }

    @Test
    void takesOneMessageAtATimeFromWhatWasSentAhead() throws MalformedMessageException {
        ByteBuffer in = Buffers.of("05 01 02" + "01 01 75 01 70" + "05 01 00 03 01 61 0050" + "CAFE");
        assertThat(handshake.receive(in)).isPresent();
        handshake.send(BY_PASSWORD);
        assertThat(handshake.receive(in)).isPresent();
        handshake.send(PasswordResponse.SUCCESS);
        assertThat(handshake.receive(in)).isPresent();
        handshake.send(SUCCESS);
        assertThat(Buffers.hex(in)).isEqualTo("CAFE");
    }

    @Test
    void nothingIsServedAfterNoAcceptableMethod() throws MalformedMessageException {
        ByteBuffer in = Buffers.of("05 01 01" + "05 01 00 01 C0000201 0050");
        assertThat(handshake.receive(in)).isPresent();
        sends(new MethodSelection(AuthMethod.NO_ACCEPTABLE), "05 FF");
        isOver();
        assertThatIllegalStateException().isThrownBy(() -> handshake.receive(in));
        assertThat(Buffers.hex(in)).isEqualTo("05010001C00002010050");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x05, 0x80, 0xFF})
    void nothingIsServedAfterAFailedLogin(int status) throws MalformedMessageException {
        ByteBuffer in = Buffers.of("05 01 02" + "01 01 75 01 70" + "05 01 00 01 C0000201 0050");
        assertThat(handshake.receive(in)).isPresent();
        handshake.send(BY_PASSWORD);
        assertThat(handshake.receive(in)).isPresent();
        sends(new PasswordResponse(status), "01 %02X".formatted(status));
        isOver();
        assertThatIllegalStateException().isThrownBy(() -> handshake.receive(in));
        assertThat(Buffers.hex(in)).isEqualTo("05010001C00002010050");
    }

    @ParameterizedTest
    @CsvSource({"01", "02", "03", "04", "05", "06", "07", "08", "09", "77", "FF"})
    void nothingIsServedAfterAFailure(String code) throws MalformedMessageException {
        request("05 01 00 01 C0000201 0050");
        sends(Reply.failure(ReplyCode.of(Integer.parseInt(code, 16))), "05" + code + "00 01 00000000 0000");
        isOver();
    }

    @ParameterizedTest
    @ValueSource(strings = {"04 01", "00", "47 45 54", "16 03 01"})
    void otherProtocols(String hex) {
        isMalformed(hex);
        isOver();
    }

    @Test
    void aLoginOfAnotherVersionIsTheEnd() throws MalformedMessageException {
        receives("05 01 02", Greeting.of(AuthMethod.USERNAME_PASSWORD));
        handshake.send(BY_PASSWORD);
        isMalformed("05 01 00");
        isOver();
    }

    @ParameterizedTest
    @CsvSource({
        "04 01,                     01",
        "05 01 00 02,               08",
        "05 01 00 00 C0000201 0050, 08",
        "05 01 00 03 00,            01",
    })
    void aMalformedRequestMayStillBeRefused(String hex, String code) throws MalformedMessageException {
        receives("05 01 00", Greeting.of(AuthMethod.NO_AUTHENTICATION));
        handshake.send(ANONYMOUS);
        ReplyCode reply = isMalformed(hex).replyCode();
        assertThat(reply).isEqualTo(ReplyCode.of(Integer.parseInt(code, 16)));
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> handshake.send(SUCCESS))
                .withMessage("a malformed request cannot succeed");
        assertThatIllegalStateException().isThrownBy(() -> handshake.receive(Buffers.of(hex)));
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);

        sends(Reply.failure(reply), "05" + code + "00 01 00000000 0000");
        isOver();
    }

    @ParameterizedTest
    @CsvSource({
        "05 00,       00, not offered by the client: no authentication (0x00)",
        "05 01 02,    00, not offered by the client: no authentication (0x00)",
        "05 01 00,    02, not offered by the client: username/password (0x02)",
        "05 02 00 02, 01, not offered by the client: GSSAPI (0x01)",
        "05 02 03 02, 03, no sub-negotiation known for CHAP (0x03)",
        "05 02 80 02, 80, no sub-negotiation known for method (0x80)",
    })
    void methodsThatCannotBeSelected(String greeting, String method, String message) throws MalformedMessageException {
        assertThat(handshake.receive(Buffers.of(greeting))).isPresent();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> handshake.send(new MethodSelection(AuthMethod.of(Integer.parseInt(method, 16)))))
                .withMessage(message);
        // and another choice may be made
        sends(new MethodSelection(AuthMethod.NO_ACCEPTABLE), "05 FF");
        isOver();
    }

    @Test
    void incompleteMessagesChangeNothing() throws MalformedMessageException {
        assertThat(handshake.receive(Buffers.of("05 02 00"))).isEmpty();
        receives("05 02 00 02", Greeting.of(AuthMethod.NO_AUTHENTICATION, AuthMethod.USERNAME_PASSWORD));
        handshake.send(ANONYMOUS);
        ByteBuffer in = Buffers.of("05 01 00 01 C0000201 00");
        assertThat(handshake.receive(in)).isEmpty();
        assertThat(in.position()).isZero();
        receives("05 01 00 01 C0000201 0050", Request.connect(Endpoint.of("192.0.2.1", 80)));
    }

    private void request(String hex) throws MalformedMessageException {
        receives("05 01 00", Greeting.of(AuthMethod.NO_AUTHENTICATION));
        handshake.send(ANONYMOUS);
        assertThat(handshake.receive(Buffers.of(hex))).isPresent();
    }

    private void receives(String hex, ClientMessage message) throws MalformedMessageException {
        assertThat(handshake.turn()).isEqualTo(Turn.RECEIVE);
        assertThat(handshake.receive(Buffers.of(hex)).orElseThrow()).isEqualTo(message);
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
    }

    private void sends(ServerMessage message, String hex) {
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
        assertThat(Buffers.hex(handshake.send(message))).isEqualTo(hex.replace(" ", ""));
    }

    private MalformedMessageException isMalformed(String hex) {
        ByteBuffer in = Buffers.of(hex);
        MalformedMessageException failure = assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> handshake.receive(in))
                .actual();
        assertThat(in.position()).isZero();
        return failure;
    }

    private void isOver() {
        assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
        assertThatIllegalStateException().isThrownBy(() -> handshake.receive(Buffers.of("05 01 00")));
        assertThatIllegalStateException().isThrownBy(() -> handshake.send(ANONYMOUS));
        assertThatIllegalStateException().isThrownBy(() -> handshake.send(PasswordResponse.SUCCESS));
        assertThatIllegalStateException().isThrownBy(() -> handshake.send(SUCCESS));
        assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
    }
}
