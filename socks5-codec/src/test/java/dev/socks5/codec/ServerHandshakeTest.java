package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.socks5.codec.Spoken.Word;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerHandshakeTest {

    private static final ServerNegotiation ANONYMOUS = ServerNegotiation.noAuthentication();
    private static final Reply SUCCESS = Reply.success(Endpoint.of("192.0.2.1", 1080));

    private final ServerHandshake handshake = new ServerHandshake();
    private final List<PasswordRequest> logins = new ArrayList<>();
    private final ServerNegotiation byPassword = ServerNegotiation.password(login -> {
        logins.add(login);
        return Optional.of(() -> "u");
    });

    @Test
    void withoutLogin() throws MalformedMessageException {
        receives("05 01 00", Greeting.of(AuthMethod.NO_AUTHENTICATION));
        selects(ANONYMOUS, "05 00");
        receives("05 01 00 01 C0000201 0050", Request.connect(Endpoint.of("192.0.2.1", 80)));
        sends(SUCCESS, "05 00 00 01 C0000201 0438");
        assertThat(handshake.turn()).isEqualTo(Turn.DONE);
    }

    @Test
    void withLogin() throws Socks5Exception {
        receives("05 02 00 02", Greeting.of(AuthMethod.NO_AUTHENTICATION, AuthMethod.USERNAME_PASSWORD));
        selects(byPassword, "05 02");
        assertThat(handshake.turn()).isEqualTo(Turn.RECEIVE);
        assertThat(byPassword.receive(Buffers.of("01 01 75 01 70"))).isTrue();
        assertThat(logins).containsExactly(PasswordRequest.of("u", "p"));
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
        assertThat(Buffers.hex(byPassword.send())).isEqualTo("0100");
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
    void takesOneMessageAtATimeFromWhatWasSentAhead() throws Socks5Exception {
        ByteBuffer in = Buffers.of("05 01 02" + "01 01 75 01 70" + "05 01 00 03 01 61 0050" + "CAFE");
        assertThat(handshake.receive(in)).isPresent();
        handshake.select(byPassword);
        assertThat(byPassword.receive(in)).isTrue();
        byPassword.send();
        assertThat(handshake.receive(in)).isPresent();
        handshake.send(SUCCESS);
        assertThat(Buffers.hex(in)).isEqualTo("CAFE");
    }

    @Test
    void nothingIsServedAfterNoAcceptableMethod() throws MalformedMessageException {
        ByteBuffer in = Buffers.of("05 01 01" + "05 01 00 01 C0000201 0050");
        assertThat(handshake.receive(in)).isPresent();
        refuses();
        isOver();
        assertThatIllegalStateException().isThrownBy(() -> handshake.receive(in));
        assertThat(Buffers.hex(in)).isEqualTo("05010001C00002010050");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x05, 0x80, 0xFF})
    void nothingIsServedAfterAFailedLogin(int status) throws Socks5Exception {
        Spoken login = Spoken.server(0x02, Word.client("01 01 75 01 70"), Word.server("01 %02X".formatted(status)))
                .endsInFailure();
        ByteBuffer in = Buffers.of("05 01 02" + "01 01 75 01 70" + "05 01 00 01 C0000201 0050");
        assertThat(handshake.receive(in)).isPresent();
        handshake.select(login);
        assertThat(login.receive(in)).isTrue();
        assertThat(Buffers.hex(login.send())).isEqualTo("01%02X".formatted(status));
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
        handshake.select(byPassword);
        ByteBuffer in = Buffers.of("05 01 00");
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> byPassword.receive(in));
        assertThat(in.position()).isZero();
        assertThat(logins).isEmpty();
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
        handshake.select(ANONYMOUS);
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

    @Test
    void incompleteMessagesChangeNothing() throws MalformedMessageException {
        assertThat(handshake.receive(Buffers.of("05 02 00"))).isEmpty();
        receives("05 02 00 02", Greeting.of(AuthMethod.NO_AUTHENTICATION, AuthMethod.USERNAME_PASSWORD));
        handshake.select(ANONYMOUS);
        ByteBuffer in = Buffers.of("05 01 00 01 C0000201 00");
        assertThat(handshake.receive(in)).isEmpty();
        assertThat(in.position()).isZero();
        receives("05 01 00 01 C0000201 0050", Request.connect(Endpoint.of("192.0.2.1", 80)));
    }

    private void request(String hex) throws MalformedMessageException {
        receives("05 01 00", Greeting.of(AuthMethod.NO_AUTHENTICATION));
        handshake.select(ANONYMOUS);
        assertThat(handshake.receive(Buffers.of(hex))).isPresent();
    }

    private void receives(String hex, ClientMessage message) throws MalformedMessageException {
        assertThat(handshake.turn()).isEqualTo(Turn.RECEIVE);
        assertThat(handshake.receive(Buffers.of(hex)).orElseThrow()).isEqualTo(message);
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
    }

    private void selects(ServerNegotiation negotiation, String hex) {
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
        assertThat(Buffers.hex(handshake.select(negotiation))).isEqualTo(hex.replace(" ", ""));
    }

    private void refuses() {
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
        assertThat(Buffers.hex(handshake.refuse())).isEqualTo("05FF");
    }

    private void sends(Reply message, String hex) {
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
        assertThatIllegalStateException().isThrownBy(() -> handshake.select(ANONYMOUS));
        assertThatIllegalStateException().isThrownBy(handshake::refuse);
        assertThatIllegalStateException().isThrownBy(byPassword::send);
        assertThatIllegalStateException().isThrownBy(() -> handshake.send(SUCCESS));
        assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
    }
}
