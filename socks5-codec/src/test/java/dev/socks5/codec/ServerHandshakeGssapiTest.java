package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.socks5.codec.GssapiMessage.Abort;
import dev.socks5.codec.GssapiMessage.Authentication;
import dev.socks5.codec.GssapiMessage.Encapsulated;
import dev.socks5.codec.GssapiMessage.LevelNegotiation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerHandshakeGssapiTest {

    private static final GssapiToken TOKEN = GssapiToken.of((byte) 0x41);
    private static final Authentication AUTHENTICATION = new Authentication(TOKEN);
    private static final LevelNegotiation LEVEL = new LevelNegotiation(TOKEN);
    private static final Encapsulated DATA = new Encapsulated(TOKEN);
    private static final Abort ABORT = new Abort();
    private static final MethodSelection GSSAPI = new MethodSelection(AuthMethod.GSSAPI);

    private final ServerHandshake handshake = new ServerHandshake();

    @Test
    void answersUntilTheLevel() throws MalformedMessageException {
        selected();
        receives("01 01 0001 41", AUTHENTICATION);
        sends("01 01 0001 41", AUTHENTICATION);
        receives("01 01 0001 41", AUTHENTICATION);
        sends("");
        receives("01 02 0001 41", LEVEL);
        sends("01 02 0001 41", LEVEL);
        assertThat(handshake.receive(Buffers.of("05 01 00 01 C0000201 0050")).orElseThrow())
                .isEqualTo(Request.connect(Endpoint.of("192.0.2.1", 80)));
        handshake.send(Reply.success(Endpoint.UNSPECIFIED));
        assertThat(handshake.turn()).isEqualTo(Turn.DONE);
    }

    @Test
    void severalAnswersInOneBuffer() throws MalformedMessageException {
        selected();
        receives("01 01 0001 41", AUTHENTICATION);
        sends("01 01 0001 41 01 02 0001 41", AUTHENTICATION, LEVEL);
        assertThat(handshake.receive(Buffers.of("05 01"))).isEmpty();
    }

    @Test
    void oneAnswerAlone() throws MalformedMessageException {
        selected();
        receives("01 01 0001 41", AUTHENTICATION);
        assertThat(Buffers.hex(handshake.send(LEVEL))).isEqualTo("0102000141");
        assertThat(handshake.turn()).isEqualTo(Turn.RECEIVE);
    }

    @Test
    void nothingIsServedAfterAnAbort() throws MalformedMessageException {
        selected();
        ByteBuffer in = Buffers.of("01 01 0001 41" + "01 01 0001 41" + "05 01 00 01 C0000201 0050");
        assertThat(handshake.receive(in)).isPresent();
        sends("01 FF", ABORT);
        assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
        assertThatIllegalStateException().isThrownBy(() -> handshake.receive(in));
        assertThatIllegalStateException().isThrownBy(() -> handshake.send(List.of()));
        assertThatIllegalStateException().isThrownBy(() -> handshake.send(AUTHENTICATION));
        assertThat(in.position()).isEqualTo(5);
    }

    static Stream<List<GssapiMessage>> answersThatAreNone() {
        return Stream.of(
                List.of(DATA),
                List.of(AUTHENTICATION, DATA),
                List.of(LEVEL, AUTHENTICATION),
                List.of(LEVEL, LEVEL),
                List.of(LEVEL, ABORT),
                List.of(ABORT, AUTHENTICATION),
                List.of(ABORT, LEVEL),
                List.of(ABORT, ABORT));
    }

    /** They change nothing, and others may be given. */
    @ParameterizedTest
    @MethodSource
    void answersThatAreNone(List<GssapiMessage> answers) throws MalformedMessageException {
        selected();
        receives("01 01 0001 41", AUTHENTICATION);
        assertThatIllegalArgumentException().isThrownBy(() -> handshake.send(answers));
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
        sends("01 FF", ABORT);
        assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
    }

    /** What has no place in the negotiation is for {@link GssapiNegotiation} to tell. */
    @Test
    void receivesWhateverMessageComes() throws MalformedMessageException {
        selected();
        receives("01 03 0001 41", DATA);
        sends("");
        receives("01 FF", ABORT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "05 01 00", "01 00", "01 05 616C", "01 04"})
    void otherMessagesCanOnlyBeAborted(String hex) throws MalformedMessageException {
        selected();
        ByteBuffer in = Buffers.of(hex);
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> handshake.receive(in));
        assertThat(in.position()).isZero();
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
        assertThatIllegalStateException().isThrownBy(() -> handshake.send(List.of()));
        assertThatIllegalStateException().isThrownBy(() -> handshake.send(AUTHENTICATION));
        assertThatIllegalStateException().isThrownBy(() -> handshake.send(LEVEL));
        assertThatIllegalStateException().isThrownBy(() -> handshake.send(List.of(ABORT, AUTHENTICATION)));
        assertThatIllegalStateException().isThrownBy(() -> handshake.send(Reply.failure(ReplyCode.GENERAL_FAILURE)));
        sends("01 FF", ABORT);
        assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
    }

    @Test
    void incompleteMessagesChangeNothing() throws MalformedMessageException {
        selected();
        ByteBuffer in = Buffers.of("01 01 0002 41");
        assertThat(handshake.receive(in)).isEmpty();
        assertThat(in.position()).isZero();
        assertThatIllegalStateException()
                .isThrownBy(() -> handshake.send(List.of()))
                .withMessage("cannot answer a GssapiMessage now: GSSAPI");
        receives("01 01 0001 41", AUTHENTICATION);
    }

    private void selected() throws MalformedMessageException {
        assertThat(handshake.receive(Buffers.of("05 02 00 01"))).isPresent();
        assertThat(Buffers.hex(handshake.send(GSSAPI))).isEqualTo("0501");
    }

    private void receives(String hex, GssapiMessage message) throws MalformedMessageException {
        assertThat(handshake.turn()).isEqualTo(Turn.RECEIVE);
        assertThat(handshake.receive(Buffers.of(hex)).orElseThrow()).isEqualTo(message);
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
    }

    private void sends(String hex, GssapiMessage... answers) {
        assertThat(Buffers.hex(handshake.send(List.of(answers)))).isEqualTo(hex.replace(" ", ""));
    }
}
