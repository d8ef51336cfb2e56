package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.testing.FakeContext;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides of RFC 1961 as negotiations: their bytes, turns and ends. */
class GssapiExchangeTest {

    private static final Principal USER = () -> "Alice";

    /** "alice" and "hi", which is what the fake mechanism says, and the level in clear. */
    private static final String NAME = "01 01 0005 616C696365";

    private static final String HELLO = "01 01 0002 6869";
    private static final String LEVEL = "01 02 0001 01";

    private final FakeContext clientContext = FakeContext.initiator("alice");
    private final FakeContext serverContext = FakeContext.acceptor();
    private final List<String> asked = new ArrayList<>();
    private final ClientNegotiation client = ClientNegotiation.gssapi(clientContext, ProtectionLevel.INTEGRITY, true);
    private final ServerNegotiation server = server(serverContext, name -> {
        asked.add(name);
        return Optional.of(USER);
    });

    private static ServerNegotiation server(FakeContext context, Function<String, Optional<Principal>> users) {
        return ServerNegotiation.gssapi(
                context, ProtectionLevel.INTEGRITY, ProtectionLevel.CONFIDENTIALITY, true, users);
    }

    @Test
    void bothSidesInTurn() throws Socks5Exception {
        turns(Turn.SEND, Turn.RECEIVE);
        assertThat(client.method()).isEqualTo(AuthMethod.GSSAPI);
        assertThat(server.method()).isEqualTo(AuthMethod.GSSAPI);
        assertThat(says(client, NAME, server)).isEqualTo(Turn.SEND);
        turns(Turn.RECEIVE, Turn.SEND);
        assertThat(says(server, HELLO, client)).isEqualTo(Turn.SEND);
        turns(Turn.SEND, Turn.RECEIVE);
        assertThat(asked).isEmpty(); // it is not known yet what is agreed
        assertThat(says(client, LEVEL, server)).isEqualTo(Turn.SEND);
        assertThat(asked).containsExactly("alice");
        turns(Turn.RECEIVE, Turn.SEND);
        assertThat(says(server, LEVEL, client)).isEqualTo(Turn.DONE);
        assertThat(server.turn()).isEqualTo(Turn.DONE);
        assertThat(server.principal()).containsSame(USER);
        for (Negotiation side : List.of(client, server)) {
            assertThat(side.protection()).map(Protection::level).contains(ProtectionLevel.INTEGRITY);
            assertThatIllegalStateException().isThrownBy(side::send);
            assertThatIllegalStateException().isThrownBy(() -> side.receive(Buffers.of(HELLO)));
        }
        assertThat(clientContext.isClosed()).isFalse();
        assertThat(serverContext.isClosed()).isFalse();
    }

    /** Whose turn it is, and that nothing has come of it so far. */
    private void turns(Turn clients, Turn servers) {
        assertThat(client.turn()).isEqualTo(clients);
        assertThat(server.turn()).isEqualTo(servers);
        assertThat(client.awaitsVerdict()).isFalse(); // a protection may come of it
        assertThat(client.protection()).isEmpty();
        assertThat(server.protection()).isEmpty();
        assertThat(server.principal()).isEmpty();
        Negotiation waiting = clients == Turn.RECEIVE ? client : server;
        assertThatIllegalStateException().isThrownBy(waiting::send);
        Negotiation sending = clients == Turn.SEND ? client : server;
        assertThatIllegalStateException().isThrownBy(() -> sending.receive(Buffers.of(HELLO)));
    }

    private static Turn says(Negotiation side, String hex, Negotiation other) throws Socks5Exception {
        assertThat(side.send()).isEqualTo(Buffers.of(hex));
        assertThat(other.receive(Buffers.of(hex))).isTrue();
        return other.turn();
    }

    @Test
    void whatTheClientTakes() throws Socks5Exception {
        ReceiveContract first = new ReceiveContract(() -> {
            ClientNegotiation begun =
                    ClientNegotiation.gssapi(FakeContext.initiator("alice"), ProtectionLevel.INTEGRITY, true);
            begun.send();
            return begun;
        });
        first.takes(HELLO, Turn.SEND);
        first.refuses("01 FF", AuthenticationFailedException.class, Turn.FAILED);
        first.refuses("00", MalformedMessageException.class, Turn.FAILED);
        first.refuses("01 04", MalformedMessageException.class, Turn.FAILED);
        first.refuses("01 01 0102 " + "68".repeat(0x102), GssapiException.class, Turn.FAILED);
        ReceiveContract last = new ReceiveContract(() -> {
            ClientNegotiation asking =
                    ClientNegotiation.gssapi(FakeContext.initiator("alice"), ProtectionLevel.INTEGRITY, true);
            asking.send();
            asking.receive(Buffers.of(HELLO));
            asking.send();
            return asking;
        });
        last.takes(LEVEL, Turn.DONE);
        last.refuses("01 02 0001 00", GssapiException.class, Turn.FAILED);
        last.refuses("01 FF", AuthenticationFailedException.class, Turn.FAILED);
    }

    @Test
    void whatTheServerTakes() throws Socks5Exception {
        ReceiveContract first = new ReceiveContract(() -> server(FakeContext.acceptor(), name -> Optional.of(USER)));
        first.takes(NAME, Turn.SEND);
        first.takes("01 01 0000", Turn.SEND);
        first.takes("01 01 0203 " + "61".repeat(0x203), Turn.SEND);
        first.refuses("05", MalformedMessageException.class, Turn.SEND);
        first.refuses("01 00", MalformedMessageException.class, Turn.SEND);
        first.refuses("01 01 0006 6E6F626F6479", GssapiException.class, Turn.SEND);
        ReceiveContract last = new ReceiveContract(() -> established(name -> Optional.of(USER)));
        last.takes(LEVEL, Turn.SEND);
        last.refuses("01 02 0001 04", GssapiException.class, Turn.SEND);
        new ReceiveContract(() -> established(name -> Optional.empty()))
                .refuses(LEVEL, AuthenticationFailedException.class, Turn.SEND);
    }

    private static ServerNegotiation established(Function<String, Optional<Principal>> users) throws Socks5Exception {
        ServerNegotiation server = server(FakeContext.acceptor(), users);
        server.receive(Buffers.of(NAME));
        server.send();
        return server;
    }

    /** Whatever fails, the client hears of it, and nothing comes of the negotiation. */
    @ParameterizedTest
    @ValueSource(strings = {"unknown", "failing", "level", "malformed"})
    void theServersLastWordIsAnAbort(String kind) throws Socks5Exception {
        IllegalStateException failure = new IllegalStateException("no answer from the directory");
        ServerNegotiation side = established(name -> {
            if (kind.equals("failing")) {
                throw failure;
            }
            return Optional.empty();
        });
        String message = kind.equals("level") ? "01 02 0001 09" : kind.equals("malformed") ? "00" : LEVEL;
        assertThatThrownBy(() -> side.receive(Buffers.of(message))).satisfies(thrown -> {
            if (kind.equals("failing")) {
                assertThat(thrown).isSameAs(failure);
            } else if (kind.equals("unknown")) {
                assertThat(thrown).hasMessage("no user is known by the name alice");
            }
        });
        assertThat(side.turn()).isEqualTo(Turn.SEND);
        assertThat(side.protection()).isEmpty();
        assertThat(side.send()).isEqualTo(Buffers.of("01 FF"));
        assertThat(side.turn()).isEqualTo(Turn.FAILED);
        assertThat(side.protection()).isEmpty();
        assertThat(side.principal()).isEmpty();
        assertThatIllegalStateException().isThrownBy(side::send);
    }

    @Test
    void namesAreSafeToPrint() throws Socks5Exception {
        ServerNegotiation side = server(FakeContext.acceptor(), name -> Optional.empty());
        side.receive(Buffers.of("01 01 0003 610A62"));
        side.send();
        assertThatExceptionOfType(AuthenticationFailedException.class)
                .isThrownBy(() -> side.receive(Buffers.of(LEVEL)))
                .withMessage("no user is known by the name a\\x0ab");
    }

    @Test
    void aMechanismThatCannotBegin() {
        clientContext.close();
        assertThatExceptionOfType(GssapiException.class).isThrownBy(client::send);
        assertThat(client.turn()).isEqualTo(Turn.FAILED);
        assertThatIllegalStateException().isThrownBy(client::send);
    }

    @Test
    void closingEndsTheContext() {
        client.close();
        server.close();
        assertThat(clientContext.isClosed()).isTrue();
        assertThat(serverContext.isClosed()).isTrue();
        client.close();
    }
}
