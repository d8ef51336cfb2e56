package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides of RFC 1929, and of the method that has no messages. */
class PasswordNegotiationTest {

    private static final String LOGIN = "01 01 75 01 70";
    private static final Principal USER = () -> "u";

    private final ClientNegotiation client = ClientNegotiation.password(PasswordRequest.of("u", "p"));
    private final List<PasswordRequest> asked = new ArrayList<>();
    private final ServerNegotiation server = server(Optional.of(USER));

    private ServerNegotiation server(Optional<Principal> found) {
        return ServerNegotiation.password(login -> {
            asked.add(login);
            return found;
        });
    }

    @Test
    void theClientSaysItsLoginAndHearsTheVerdict() throws Socks5Exception {
        assertThat(client.method()).isEqualTo(AuthMethod.USERNAME_PASSWORD);
        assertThat(client.turn()).isEqualTo(Turn.SEND);
        assertThat(client.awaitsVerdict()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> client.receive(Buffers.of("01 00")));
        assertThat(client.send()).isEqualTo(Buffers.of(LOGIN));
        assertThat(client.turn()).isEqualTo(Turn.RECEIVE);
        assertThat(client.awaitsVerdict()).isTrue();
        assertThatIllegalStateException().isThrownBy(client::send);
        assertThat(client.receive(Buffers.of("01 00"))).isTrue();
        assertThat(client.turn()).isEqualTo(Turn.DONE);
        assertThat(client.awaitsVerdict()).isFalse();
        assertThat(client.protection()).isEmpty();
        assertThatIllegalStateException().isThrownBy(client::send);
        assertThatIllegalStateException().isThrownBy(() -> client.receive(Buffers.of("01 00")));
    }

    @Test
    void whatTheClientTakes() throws Socks5Exception {
        ReceiveContract verdict = new ReceiveContract(() -> {
            ClientNegotiation begun = ClientNegotiation.password(PasswordRequest.of("u", "p"));
            begun.send();
            return begun;
        });
        verdict.takes("01 00", Turn.DONE);
        verdict.takes("05 00", Turn.DONE);
        verdict.refuses("01 01", AuthenticationFailedException.class, Turn.FAILED);
        verdict.refuses("05 FF", AuthenticationFailedException.class, Turn.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "02 00", "04", "FF 00 00"})
    void whatIsNoVerdict(String hex) throws Socks5Exception {
        client.send();
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> client.receive(Buffers.of(hex)));
        assertThat(client.turn()).isEqualTo(Turn.FAILED);
    }

    @Test
    void theServerHearsTheLoginAndSaysTheVerdict() throws Socks5Exception {
        assertThat(server.method()).isEqualTo(AuthMethod.USERNAME_PASSWORD);
        assertThat(server.turn()).isEqualTo(Turn.RECEIVE);
        assertThatIllegalStateException().isThrownBy(server::send);
        assertThat(server.receive(Buffers.of(LOGIN))).isTrue();
        assertThat(asked).containsExactly(PasswordRequest.of("u", "p"));
        assertThat(server.turn()).isEqualTo(Turn.SEND);
        assertThat(server.principal()).isEmpty(); // as long as the client does not know
        assertThatIllegalStateException().isThrownBy(() -> server.receive(Buffers.of(LOGIN)));
        assertThat(server.send()).isEqualTo(Buffers.of("01 00"));
        assertThat(server.turn()).isEqualTo(Turn.DONE);
        assertThat(server.principal()).containsSame(USER);
        assertThat(server.protection()).isEmpty();
        assertThatIllegalStateException().isThrownBy(server::send);
        assertThat(asked).hasSize(1);
    }

    @Test
    void theServerRefusesALogin() throws Socks5Exception {
        ServerNegotiation refusing = server(Optional.empty());
        assertThat(refusing.receive(Buffers.of(LOGIN))).isTrue();
        assertThat(refusing.send()).isEqualTo(Buffers.of("01 01"));
        assertThat(refusing.turn()).isEqualTo(Turn.FAILED);
        assertThat(refusing.principal()).isEmpty();
    }

    @Test
    void whatTheServerTakes() throws Socks5Exception {
        ReceiveContract login = new ReceiveContract(() -> server(Optional.of(USER)));
        login.takes(LOGIN, Turn.SEND);
        login.takes("01 00 00", Turn.SEND);
        login.takes("01 00 02 7070", Turn.SEND);
        login.takes("01 03 757575 00", Turn.SEND);
        login.takes("01 81 " + "75".repeat(0x81) + " FF " + "70".repeat(0xFF), Turn.SEND);
        asked.clear();
        login.refuses("05", MalformedMessageException.class, Turn.FAILED);
        login.refuses("00", MalformedMessageException.class, Turn.FAILED);
        assertThat(asked).isEmpty();
    }

    /** The client is told that its login was not good, whoever is to blame. */
    @Test
    void aSearchThatFailsIsARefusal() throws Socks5Exception {
        IllegalStateException failure = new IllegalStateException("no answer from the directory");
        ReceiveContract login = new ReceiveContract(() -> failing(failure));
        login.refuses(LOGIN, IllegalStateException.class, Turn.SEND);
        ServerNegotiation failing = failing(failure);
        assertThatThrownBy(() -> failing.receive(Buffers.of(LOGIN))).isSameAs(failure);
        assertThat(failing.principal()).isEmpty();
        assertThat(failing.send()).isEqualTo(Buffers.of("01 01"));
        assertThat(failing.turn()).isEqualTo(Turn.FAILED);
        assertThat(failing.principal()).isEmpty();
    }

    private static ServerNegotiation failing(RuntimeException failure) {
        return ServerNegotiation.password(login -> {
            throw failure;
        });
    }

    /** There is nothing to be ended, and nothing changes. */
    @Test
    void closing() throws Socks5Exception {
        client.close();
        server.close();
        server.receive(client.send());
        client.receive(server.send());
        client.close();
        server.close();
        assertThat(client.turn()).isEqualTo(Turn.DONE);
        assertThat(server.turn()).isEqualTo(Turn.DONE);
        assertThat(server.principal()).containsSame(USER);
    }

    @Test
    void noAuthentication() {
        ServerNegotiation anybody = ServerNegotiation.noAuthentication();
        assertThat(anybody.principal()).isEmpty();
        for (Negotiation side : List.of(anybody, ClientNegotiation.noAuthentication())) {
            assertThat(side.method()).isEqualTo(AuthMethod.NO_AUTHENTICATION);
            assertThat(side.turn()).isEqualTo(Turn.DONE);
            assertThat(side.protection()).isEmpty();
            assertThat(side.missing(Buffers.of("05"))).isZero();
            assertThatIllegalStateException().isThrownBy(side::send).withMessage("no authentication has no messages");
            assertThatIllegalStateException()
                    .isThrownBy(() -> side.receive(Buffers.of("05")))
                    .withMessage("no authentication has no messages");
            side.close();
            assertThat(side.turn()).isEqualTo(Turn.DONE);
        }
        assertThat(ClientNegotiation.noAuthentication().awaitsVerdict()).isFalse();
    }
}
