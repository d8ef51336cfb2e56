package dev.socks5.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ClientMessage;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.ServerHandshake;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import dev.socks5.fuzz.Input.Arriving;
import dev.socks5.fuzz.Input.Pieces;
import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A server, whatever the client says: in pieces as in one piece, with no exception but those that are declared, and to
 * no good end by bytes that the RFCs do not have, nor by a login that is refused.
 */
class ServerHandshakeFuzzTest {

    private static final Endpoint DESTINATION = Endpoint.of("a", 80);

    /** Choices: the method of the server, and whether it accepts; pieces. */
    @FuzzTest
    void handshake(byte[] data) {
        Input input = Input.of(data, 2);
        int method = new int[] {0x00, 0x02, Echo.METHOD, 0x01}[input.choice(0) % 4];
        boolean accepts = input.choice(0) / 4 % 2 == 0;
        Outcome whole = server(method, accepts, input.arriving(Pieces.WHOLE));
        assertThat(server(method, accepts, input.arriving(Pieces.of(input.choice(1)))))
                .isEqualTo(whole);
        if (whole.turn() == Turn.DONE) {
            int taken = input.bytes().length - whole.left();
            boolean byLogin = method == 0x01 || method == 0x02;
            assertThat(!byLogin || accepts).isTrue();
            assertThat(method == 0x01 || new Grammar(input.bytes(), taken).isClient(method))
                    .isTrue();
        }
    }

    private static ServerNegotiation serversOf(int method, boolean accepts) {
        return switch (method) {
            case 0x00 -> ServerNegotiation.noAuthentication();
            case 0x01 ->
                ServerNegotiation.gssapi(
                        FakeContext.acceptor(),
                        ProtectionLevel.NONE,
                        ProtectionLevel.NONE,
                        true,
                        name -> Optional.of(name).filter(any -> accepts).map(any -> () -> name));
            case 0x02 ->
                ServerNegotiation.password(
                        login -> Optional.of(login).filter(any -> accepts).map(any -> any::username));
            default -> new Echo(false);
        };
    }

    private static Outcome server(int method, boolean accepts, Arriving arriving) {
        ServerHandshake handshake = new ServerHandshake();
        ServerNegotiation negotiation = serversOf(method, accepts);
        StringBuilder said = new StringBuilder();
        List<ClientMessage> heard = new ArrayList<>();
        try {
            while (handshake.turn() == Turn.SEND || handshake.turn() == Turn.RECEIVE) {
                if (handshake.turn() == Turn.SEND) {
                    said.append(Outcome.hex(answer(handshake, negotiation, heard)));
                } else if (!hears(handshake, negotiation, heard, arriving.in()) && !arriving.more()) {
                    return new Outcome(
                            said.toString(), Turn.RECEIVE, arriving.in().remaining(), Optional.empty());
                }
            }
            int left = handshake.turn() == Turn.DONE
                    ? arriving.length() - arriving.in().position()
                    : 0;
            return new Outcome(said.toString(), handshake.turn(), left, Optional.empty());
        } catch (Socks5Exception e) {
            return refused(handshake, negotiation, said, e);
        }
    }

    private static boolean isNegotiating(ServerNegotiation negotiation, List<ClientMessage> heard) {
        return !heard.isEmpty() && (negotiation.turn() == Turn.SEND || negotiation.turn() == Turn.RECEIVE);
    }

    private static ByteBuffer answer(
            ServerHandshake handshake, ServerNegotiation negotiation, List<ClientMessage> heard)
            throws Socks5Exception {
        ClientMessage last = heard.get(heard.size() - 1);
        if (last instanceof Greeting greeting) {
            heard.add(new Request(Command.CONNECT, DESTINATION)); // the selection is said once
            AuthMethod method = negotiation.method();
            return greeting.methods().contains(method) ? handshake.select(negotiation) : handshake.refuse();
        }
        return isNegotiating(negotiation, heard)
                ? negotiation.send()
                : handshake.send(Reply.success(Endpoint.UNSPECIFIED));
    }

    private static boolean hears(
            ServerHandshake handshake, ServerNegotiation negotiation, List<ClientMessage> heard, ByteBuffer in)
            throws Socks5Exception {
        int start = in.position();
        boolean taken;
        if (isNegotiating(negotiation, heard)) {
            int missing = negotiation.missing(in);
            taken = negotiation.receive(in);
            assertThat(missing > 0).isNotEqualTo(taken);
        } else {
            Optional<? extends ClientMessage> message = handshake.receive(in);
            message.ifPresent(heard::add);
            taken = message.isPresent();
        }
        assertThat(in.position() > start).isEqualTo(taken);
        return taken;
    }

    /** What is said to a failure is a failure, and the end. */
    private static Outcome refused(
            ServerHandshake handshake, ServerNegotiation negotiation, StringBuilder said, Socks5Exception e) {
        if (handshake.turn() == Turn.SEND && negotiation.turn() == Turn.SEND) {
            try {
                said.append(Outcome.hex(negotiation.send()));
            } catch (Socks5Exception another) {
                throw new AssertionError(another);
            }
        } else if (handshake.turn() == Turn.SEND) {
            ReplyCode code = ((MalformedMessageException) e).replyCode();
            assertThat(code).isIn(ReplyCode.GENERAL_FAILURE, ReplyCode.ADDRESS_TYPE_NOT_SUPPORTED);
            said.append(Outcome.hex(handshake.send(Reply.failure(code))));
        }
        assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
        ByteBuffer more = ByteBuffer.wrap(new byte[] {5, 1, 0});
        assertThatIllegalStateException().isThrownBy(() -> handshake.receive(more));
        assertThatIllegalStateException().isThrownBy(() -> handshake.send(Reply.success(Endpoint.UNSPECIFIED)));
        return Outcome.failed(said, e);
    }
}
