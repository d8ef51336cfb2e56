package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Spoken.Word;
import dev.socks5.testing.FakeContext;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may offer, and when its handshake closes what it has offered. */
class OffersTest {

    private static final Request CONNECT = Request.connect(Endpoint.of("192.0.2.9", 80));
    private static final Endpoint PROXY = Endpoint.of("proxy.example", 1080);

    private final Spoken method = Spoken.client(0x80, Word.client("01"), Word.server("02"));
    private final Spoken other = Spoken.client(0x81);
    private final ClientHandshake handshake = new ClientHandshake(CONNECT, List.of(other, method), PROXY);

    @Test
    void whatCannotBeOffered() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClientHandshake(CONNECT, List.of(), null))
                .withMessage("at least one method has to be offered");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClientHandshake(CONNECT, List.of(method, other, Spoken.client(0x80)), null))
                .withMessage("cannot be offered, or not twice: method (0x80)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClientHandshake(CONNECT, List.of(method, Spoken.client(0xFF)), null))
                .withMessageStartingWith("cannot be offered, or not twice: ");
    }

    @Test
    void areMadeInOrder() throws Socks5Exception {
        assertThat(handshake.send()).isEqualTo(Buffers.of("05 02 81 80"));
    }

    @Test
    void othersAreClosedAtTheSelection() throws Socks5Exception {
        selected();
        assertThat(other.closed()).isEqualTo(1);
        assertThat(method.closed()).isZero();
        assertThat(handshake.send()).isEqualTo(Buffers.of("01"));
        assertThat(handshake.receive(Buffers.of("02"))).isTrue();
        assertThat(method.closed()).isEqualTo(1);
    }

    private void selected() throws Socks5Exception {
        handshake.send();
        assertThat(handshake.receive(Buffers.of("05 80"))).isTrue();
    }

    /** Whether the server says no, or says what it may not, or says nothing more. */
    @ParameterizedTest
    @ValueSource(strings = {"05 FF", "05 00", "04 00", ""})
    void allAreClosedWhenTheSelectionFails(String hex) throws Socks5Exception {
        handshake.send();
        if (hex.isEmpty()) {
            handshake.closed(Buffers.of("05"));
        } else {
            assertThatExceptionOfType(Socks5Exception.class).isThrownBy(() -> handshake.receive(Buffers.of(hex)));
        }
        assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
        assertThat(method.closed()).isEqualTo(1);
        assertThat(other.closed()).isEqualTo(1);
    }

    @Test
    void aMethodThatGivesUpInsteadOfSending() throws Socks5Exception {
        method.failsAt(0, new GssapiException("no ticket", null));
        selected();
        assertThatExceptionOfType(GssapiException.class)
                .isThrownBy(handshake::send)
                .satisfies(e -> assertThat(e.proxy()).contains(PROXY));
        isOver();
    }

    @Test
    void aMethodThatBreaksInsteadOfSending() throws Socks5Exception {
        IllegalStateException failure = new IllegalStateException("broken");
        method.failsAt(0, failure);
        selected();
        assertThatThrownBy(handshake::send).isSameAs(failure);
        isOver();
    }

    @Test
    void aMethodThatBreaksInsteadOfReceiving() throws Socks5Exception {
        IllegalStateException failure = new IllegalStateException("broken");
        method.failsAt(1, failure);
        selected();
        handshake.send();
        assertThatThrownBy(() -> handshake.receive(Buffers.of("02"))).isSameAs(failure);
        isOver();
    }

    @Test
    void aMethodThatFailsWithoutAnException() throws Socks5Exception {
        method.endsInFailure();
        selected();
        handshake.send();
        assertThatExceptionOfType(AuthenticationFailedException.class)
                .isThrownBy(() -> handshake.receive(Buffers.of("02")))
                .withMessage("no login by method (0x80) [proxy proxy.example:1080]")
                .satisfies(e -> assertThat(e.status()).isEqualTo(0xFF));
        isOver();
    }

    private void isOver() {
        assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
        assertThat(method.closed()).isEqualTo(1);
    }

    /** A method that has something to say has that to say first, whatever it says of itself. */
    @Test
    void theRequestWaitsForTheLogin() throws Socks5Exception {
        method.hasty();
        ClientHandshake single = new ClientHandshake(CONNECT, List.of(method), PROXY);
        assertThat(single.send(SendAhead.ALL_BUT_LOGINS)).isEqualTo(Buffers.of("05 01 80"));
        assertThat(single.isRequestSent()).isFalse();
    }

    @Test
    void aProtectionThatWasTakenStays() throws Socks5Exception {
        Protection protection = new GssapiProtection(FakeContext.initiator("alice"), ProtectionLevel.INTEGRITY);
        method.protects(protection);
        selected();
        assertThat(handshake.protection()).isEmpty();
        handshake.send();
        handshake.receive(Buffers.of("02"));
        assertThat(handshake.protection()).containsSame(protection);
        handshake.close();
        assertThat(handshake.protection()).containsSame(protection);
        assertThat(method.closed()).isZero();
        assertThat(other.closed()).isEqualTo(2); // which may be done again
    }

    @Test
    void aProtectionThatWasNotTakenIsClosed() throws Socks5Exception {
        method.protects(new GssapiProtection(FakeContext.initiator("alice"), ProtectionLevel.INTEGRITY));
        selected();
        handshake.send();
        handshake.receive(Buffers.of("02"));
        handshake.close();
        assertThat(method.closed()).isEqualTo(1);
        assertThat(handshake.protection()).isEmpty();
    }
}
