package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.socks5.testing.FakeContext;
import dev.socks5.testing.OddContext;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerHandshakeGssapiTest {

    private static final String REQUEST = "05 01 00 01 C0000201 0050";
    private static final String LEVEL = "01 02 0001 01";

    private final FakeContext context = FakeContext.acceptor();
    private final ServerHandshake handshake = new ServerHandshake();

    @BeforeEach
    void hasAName() throws Socks5Exception {
        context.establish(new byte[] {'a'}); // so that a mechanism with words of its own has it as well
    }

    @Test
    void answersUntilTheLevel() throws Socks5Exception {
        ServerNegotiation negotiation = selected("41", "");
        receives(negotiation, "01 01 0001 41", Turn.SEND);
        sends(negotiation, "01 01 0001 41", Turn.RECEIVE);
        receives(negotiation, "01 01 0001 41", Turn.RECEIVE); // to which there is nothing to say
        receives(negotiation, LEVEL, Turn.SEND);
        sends(negotiation, LEVEL, Turn.RECEIVE);
        assertThat(negotiation.turn()).isEqualTo(Turn.DONE);
        assertThat(negotiation.principal()).map(Principal::getName).contains("a");
        assertThat(handshake.receive(Buffers.of(REQUEST)).orElseThrow())
                .isEqualTo(Request.connect(Endpoint.of("192.0.2.1", 80)));
        handshake.send(Reply.success(Endpoint.UNSPECIFIED));
        assertThat(handshake.turn()).isEqualTo(Turn.DONE);
        assertThat(negotiation.protection()).map(Protection::level).contains(ProtectionLevel.INTEGRITY);
    }

    @Test
    void nothingIsServedAfterAnAbort() throws Socks5Exception {
        ServerNegotiation negotiation = selected("");
        ByteBuffer in = Buffers.of("01 01 0001 41" + "01 01 0001 41" + REQUEST);
        assertThat(negotiation.receive(in)).isTrue();
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> negotiation.receive(in));
        int position = in.position();
        sends(negotiation, "01 FF", Turn.FAILED);
        assertThatIllegalStateException().isThrownBy(() -> handshake.receive(in));
        assertThatIllegalStateException().isThrownBy(() -> negotiation.receive(in));
        assertThatIllegalStateException().isThrownBy(negotiation::send);
        assertThatIllegalStateException().isThrownBy(() -> handshake.send(Reply.success(Endpoint.UNSPECIFIED)));
        assertThat(in.position()).isEqualTo(position);
        assertThat(negotiation.protection()).isEmpty();
        assertThat(negotiation.principal()).isEmpty();
    }

    /** What has no place in the negotiation, whatever it is. */
    @ParameterizedTest
    @ValueSource(strings = {"01 03 0001 41", "01 FF", LEVEL})
    void messagesOutOfPlaceAreAborted(String hex) throws Socks5Exception {
        ServerNegotiation negotiation = selected("41", "");
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> negotiation.receive(Buffers.of(hex)))
                .withMessageStartingWith("out of place in the GSSAPI negotiation: ");
        sends(negotiation, "01 FF", Turn.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "05 01 00", "01 00", "01 05 616C", "01 04"})
    void otherMessagesCanOnlyBeAborted(String hex) throws Socks5Exception {
        ServerNegotiation negotiation = selected("41", "");
        ByteBuffer in = Buffers.of(hex);
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> negotiation.receive(in));
        assertThat(in.position()).isZero();
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
        assertThatIllegalStateException().isThrownBy(() -> negotiation.receive(in));
        assertThatIllegalStateException().isThrownBy(() -> handshake.receive(in));
        assertThatIllegalStateException().isThrownBy(() -> handshake.send(Reply.failure(ReplyCode.GENERAL_FAILURE)));
        sends(negotiation, "01 FF", Turn.FAILED);
    }

    /** Also those that come late, when something else had been said before. */
    @ParameterizedTest
    @ValueSource(strings = {"00", "01 04", "01 01 0001 41", "01 02 0001 07", "01 02 0002 0101"})
    void messagesInsteadOfTheLevelCanOnlyBeAborted(String hex) throws Socks5Exception {
        ServerNegotiation negotiation = selected("41");
        receives(negotiation, "01 01 0001 41", Turn.SEND);
        sends(negotiation, "01 01 0001 41", Turn.RECEIVE);
        assertThatExceptionOfType(Socks5Exception.class).isThrownBy(() -> negotiation.receive(Buffers.of(hex)));
        sends(negotiation, "01 FF", Turn.FAILED);
    }

    @Test
    void incompleteMessagesChangeNothing() throws Socks5Exception {
        ServerNegotiation negotiation = selected("41", "");
        ByteBuffer in = Buffers.of("01 01 0002 41");
        assertThat(negotiation.receive(in)).isFalse();
        assertThat(in.position()).isZero();
        assertThat(handshake.turn()).isEqualTo(Turn.RECEIVE);
        assertThatIllegalStateException().isThrownBy(negotiation::send).withMessage("cannot send now: RECEIVE");
        receives(negotiation, "01 01 0001 41", Turn.SEND);
    }

    /** A mechanism that says these words. */
    private ServerNegotiation selected(String... words) throws Socks5Exception {
        ServerNegotiation negotiation = ServerNegotiation.gssapi(
                OddContext.saying(context, words),
                ProtectionLevel.NONE,
                ProtectionLevel.CONFIDENTIALITY,
                true,
                name -> Optional.of(() -> name));
        assertThat(handshake.receive(Buffers.of("05 02 00 01"))).isPresent();
        assertThat(Buffers.hex(handshake.select(negotiation))).isEqualTo("0501");
        return negotiation;
    }

    private void receives(ServerNegotiation negotiation, String hex, Turn next) throws Socks5Exception {
        assertThat(handshake.turn()).isEqualTo(Turn.RECEIVE);
        ByteBuffer in = Buffers.of(hex);
        assertThat(negotiation.receive(in)).isTrue();
        assertThat(in.hasRemaining()).isFalse();
        assertThat(handshake.turn()).isEqualTo(next);
    }

    private void sends(ServerNegotiation negotiation, String hex, Turn next) throws Socks5Exception {
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
        assertThat(Buffers.hex(negotiation.send())).isEqualTo(hex.replace(" ", ""));
        assertThat(handshake.turn()).isEqualTo(next);
    }
}
