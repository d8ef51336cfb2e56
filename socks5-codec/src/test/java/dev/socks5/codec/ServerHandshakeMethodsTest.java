package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.socks5.codec.Spoken.Word;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which methods a server may select. */
class ServerHandshakeMethodsTest {

    private final ServerHandshake handshake = new ServerHandshake();

    @ParameterizedTest
    @CsvSource({
        "05 00,       00, not offered by the client: no authentication (0x00)",
        "05 01 02,    00, not offered by the client: no authentication (0x00)",
        "05 01 00,    02, not offered by the client: username/password (0x02)",
        "05 02 00 02, 01, not offered by the client: GSSAPI (0x01)",
        "05 02 03 02, 80, not offered by the client: method (0x80)",
        "05 02 80 02, 03, not offered by the client: CHAP (0x03)",
    })
    void methodsThatCannotBeSelected(String greeting, String method, String message) throws MalformedMessageException {
        assertThat(handshake.receive(Buffers.of(greeting))).isPresent();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> handshake.select(Spoken.server(Integer.parseInt(method, 16))))
                .withMessage(message);
        // and another choice may be made
        assertThat(Buffers.hex(handshake.refuse())).isEqualTo("05FF");
        assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
    }

    /** Somebody brings the negotiation along, so there is one. */
    @ParameterizedTest
    @ValueSource(strings = {"03", "05", "7F", "80", "FE"})
    void everyMethodThatWasOffered(String method) throws Socks5Exception {
        Spoken negotiation = Spoken.server(Integer.parseInt(method, 16), Word.server("01"), Word.client("02 03"));
        assertThat(handshake.receive(Buffers.of("05 02 00" + method))).isPresent();
        assertThat(Buffers.hex(handshake.select(negotiation))).isEqualTo("05" + method);
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
        negotiation.send();
        assertThat(handshake.turn()).isEqualTo(Turn.RECEIVE);
        negotiation.receive(Buffers.of("02 03"));
        assertThat(handshake.receive(Buffers.of("05 01 00 01 C0000201 0050")).orElseThrow())
                .isEqualTo(Request.connect(Endpoint.of("192.0.2.1", 80)));
        assertThat(negotiation.closed()).isZero(); // that is for the caller
    }
}
