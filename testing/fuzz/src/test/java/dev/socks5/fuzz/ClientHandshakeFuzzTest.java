package dev.socks5.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.Request;
import dev.socks5.codec.SendAhead;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import dev.socks5.fuzz.Input.Arriving;
import dev.socks5.fuzz.Input.Pieces;
import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A client, whatever the server says: in pieces as in one piece, with no exception but those that are declared, and to
 * no good end by bytes that the RFCs do not have.
 */
class ClientHandshakeFuzzTest {

    private static final Command[] COMMANDS = {Command.CONNECT, Command.BIND, Command.UDP_ASSOCIATE};

    private static final List<SendAhead> AHEAD = List.of(SendAhead.NOTHING, SendAhead.ALL_BUT_LOGINS, SendAhead.ALL);

    private static final PasswordRequest LOGIN = new PasswordRequest("u", "p");

    private static final Endpoint DESTINATION = Endpoint.of("a", 80);

    /** Choices: command and what goes ahead; methods; pieces. */
    @FuzzTest
    void handshake(byte[] data) {
        Input input = Input.of(data, 3);
        Command command = COMMANDS[input.choice(0) % 3];
        SendAhead ahead = AHEAD.get(input.choice(0) / 3 % 3);
        Set<Integer> methods = methods(input.choice(1));
        Outcome whole = client(command, ahead, methods, input.arriving(Pieces.WHOLE), false);
        assertThat(client(command, ahead, methods, input.arriving(Pieces.of(input.choice(2))), false))
                .isEqualTo(whole);
        assertThat(client(command, ahead, methods, input.arriving(Pieces.WHOLE), true))
                .isEqualTo(whole);
        if (whole.turn() == Turn.DONE && !(methods.contains(0x01) && input.bytes()[1] == 0x01)) {
            int taken = input.bytes().length - whole.left();
            int replies = command.equals(Command.BIND) ? 2 : 1;
            assertThat(new Grammar(input.bytes(), taken).isSuccessfulServer(methods, replies))
                    .isTrue();
        }
    }

    private static Set<Integer> methods(int choice) {
        Set<Integer> methods = new TreeSet<>();
        int[] all = {0x00, 0x02, Echo.METHOD, 0x01};
        for (int i = 0; i < all.length; i++) {
            if ((choice >> i & 1) == 1) {
                methods.add(all[i]);
            }
        }
        return methods.isEmpty() ? Set.of(0x00) : methods;
    }

    private static ClientNegotiation clientsOf(int method) {
        return switch (method) {
            case 0x00 -> ClientNegotiation.noAuthentication();
            case 0x01 -> ClientNegotiation.gssapi(FakeContext.initiator("u"), ProtectionLevel.NONE, true);
            case 0x02 -> ClientNegotiation.password(LOGIN);
            default -> new Echo(true);
        };
    }

    private static Outcome client(
            Command command, SendAhead ahead, Set<Integer> methods, Arriving arriving, boolean readsWhatIsMissing) {
        List<ClientNegotiation> offers =
                methods.stream().map(ClientHandshakeFuzzTest::clientsOf).toList();
        ClientHandshake handshake = new ClientHandshake(new Request(command, DESTINATION), offers, null);
        ByteBuffer in = arriving.in();
        StringBuilder said = new StringBuilder();
        try {
            while (handshake.turn() == Turn.SEND || handshake.turn() == Turn.RECEIVE) {
                if (handshake.turn() == Turn.SEND) {
                    said.append(Outcome.hex(handshake.send(ahead)));
                    continue;
                }
                int missing = handshake.missing(in);
                if (readsWhatIsMissing && missing > 0 && in.limit() + missing <= arriving.length()) {
                    in.limit(in.limit() + missing);
                    continue;
                }
                int start = in.position();
                boolean taken = handshake.receive(in);
                assertThat(in.position() > start).isEqualTo(taken);
                assertThat(missing > 0).isNotEqualTo(taken);
                if (!taken && !arriving.more()) {
                    return closed(said, handshake, in);
                }
            }
            int left = arriving.length() - in.position();
            assertThat(readsWhatIsMissing && in.hasRemaining()).isFalse();
            return new Outcome(said.toString(), handshake.turn(), left, Optional.empty());
        } catch (Socks5Exception e) {
            isOver(handshake);
            return Outcome.failed(said, e);
        }
    }

    private static Outcome closed(StringBuilder said, ClientHandshake handshake, ByteBuffer in) {
        Socks5Exception failure = handshake.closed(in);
        isOver(handshake);
        return Outcome.failed(said, failure);
    }

    private static void isOver(ClientHandshake handshake) {
        assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
        ByteBuffer more = ByteBuffer.wrap(new byte[] {5, 0});
        assertThatIllegalStateException().isThrownBy(handshake::send);
        assertThatIllegalStateException().isThrownBy(() -> handshake.receive(more));
        assertThatIllegalStateException().isThrownBy(() -> handshake.closed(more));
    }
}
