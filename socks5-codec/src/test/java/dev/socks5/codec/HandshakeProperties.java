package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Generators.Pieces;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import org.jspecify.annotations.Nullable;

@Domain(Generators.class)
@Domain(DomainContext.Global.class)
class HandshakeProperties {

    /** One side of a handshake, what it heard, and why it failed. */
    private static final class Client {
        private final ClientHandshake handshake;
        private final List<String> heard = new ArrayList<>(); // in hexadecimal digits
        private @Nullable Socks5Exception failure;

        Client(Script script) {
            this.handshake = new ClientHandshake(script.request(), script.login());
        }

        /** Takes all that it can, and says all that it may. */
        void proceed(ByteBuffer in, Line out) {
            boolean more = true;
            while (more) {
                if (handshake.turn() == Turn.SEND) {
                    out.write(send());
                } else {
                    more = handshake.turn() == Turn.RECEIVE && receive(in);
                }
            }
        }

        private ByteBuffer send() {
            try {
                return handshake.send();
            } catch (Socks5Exception e) {
                throw new AssertionError("neither of its methods gives up", e);
            }
        }

        private boolean receive(ByteBuffer in) {
            ByteBuffer message = in.duplicate();
            try {
                boolean taken = handshake.receive(in);
                if (taken) {
                    heard.add(Buffers.hex(message.limit(in.position())));
                }
                return taken;
            } catch (Socks5Exception e) {
                failure = e;
                return false;
            }
        }
    }

    private static final class Server {
        private final ServerHandshake handshake = new ServerHandshake();
        private final Script script;
        private final Iterator<ServerMessage> answers;
        private final List<ClientMessage> heard = new ArrayList<>();
        private @Nullable ServerNegotiation login;

        Server(Script script) {
            this.script = script;
            this.answers = script.answers().iterator();
        }

        void proceed(ByteBuffer in, Line out) throws Socks5Exception {
            boolean more = true;
            while (more) {
                if (handshake.turn() == Turn.SEND) {
                    out.write(answer(answers.next()));
                } else {
                    more = handshake.turn() == Turn.RECEIVE && receive(in);
                }
            }
        }

        private ByteBuffer answer(ServerMessage answer) throws Socks5Exception {
            if (answer instanceof Reply reply) {
                return handshake.send(reply);
            }
            if (answer instanceof PasswordResponse) {
                ByteBuffer said = Objects.requireNonNull(login).send();
                assertThat(said).isEqualTo(answer.encode());
                return said;
            }
            AuthMethod method = ((MethodSelection) answer).method();
            if (method.equals(AuthMethod.USERNAME_PASSWORD)) {
                login = script.check(heard::add);
                return handshake.select(login);
            }
            return method.equals(AuthMethod.NO_ACCEPTABLE)
                    ? handshake.refuse()
                    : handshake.select(ServerNegotiation.noAuthentication());
        }

        private boolean receive(ByteBuffer in) throws Socks5Exception {
            if (login != null && login.turn() == Turn.RECEIVE) {
                return login.receive(in);
            }
            Optional<? extends ClientMessage> message = handshake.receive(in);
            message.ifPresent(heard::add);
            return message.isPresent();
        }
    }

    @Property
    void bothHalvesAgreeHoweverTheStreamsAreCut(
            @ForAll Script script,
            @ForAll Pieces up,
            @ForAll Pieces down,
            @ForAll byte[] clientsTunnel,
            @ForAll byte[] serversTunnel)
            throws Socks5Exception {
        Client client = new Client(script);
        Server server = new Server(script);
        Line toServer = new Line(up);
        Line toClient = new Line(down);
        boolean clientsTunnelSent = false;
        boolean serversTunnelSent = false;
        while (!isOver(client.handshake.turn()) || !isOver(server.handshake.turn())) {
            client.proceed(toClient.in(), toServer);
            // A client in a hurry sends its first data right behind its last message.
            if (!clientsTunnelSent && saidAll(client, script)) {
                toServer.write(clientsTunnel);
                clientsTunnelSent = true;
            }
            toServer.deliver();
            server.proceed(toServer.in(), toClient);
            if (!serversTunnelSent && isOver(server.handshake.turn())) {
                toClient.write(serversTunnel);
                serversTunnelSent = true;
            }
            toClient.deliver();
        }
        endsAsWritten(client, script);
        endsAsWritten(server, script);
        assertThat(toServer.rest()).isEqualTo(clientsTunnel);
        assertThat(toClient.rest()).isEqualTo(serversTunnel);
    }

    private static boolean saidAll(Client client, Script script) {
        return client.heard.size() >= script.questions().size() - 1;
    }

    /** Everything sent ahead, in one segment or in many. */
    @Property
    void theServerTakesOneMessageAtATime(@ForAll Script script, @ForAll Pieces pieces, @ForAll byte[] tunnel)
            throws Socks5Exception {
        Line toServer = new Line(pieces).write(script.questions()).write(tunnel);
        Line toClient = new Line(pieces);
        Server server = new Server(script);
        while (!isOver(server.handshake.turn())) {
            toServer.deliver();
            server.proceed(toServer.in(), toClient);
        }
        endsAsWritten(server, script);
        assertThat(toServer.rest()).isEqualTo(tunnel);
        assertThat(toClient.rest())
                .isEqualTo(new Line(pieces).write(script.answers()).rest());
    }

    @Property
    void theClientTakesOneMessageAtATime(@ForAll Script script, @ForAll Pieces pieces, @ForAll byte[] tunnel) {
        Line toClient = new Line(pieces).write(script.answers()).write(tunnel);
        Line toServer = new Line(pieces);
        Client client = new Client(script);
        while (!isOver(client.handshake.turn())) {
            toClient.deliver();
            client.proceed(toClient.in(), toServer);
        }
        endsAsWritten(client, script);
        assertThat(toClient.rest()).isEqualTo(tunnel);
        assertThat(toServer.rest())
                .isEqualTo(new Line(pieces).write(script.questions()).rest());
    }

    /** For those who cannot put octets back. */
    @Property
    void whoReadsWhatIsMissingEndsWhereTheTunnelStarts(@ForAll Script script, @ForAll byte[] tunnel) {
        Line written = new Line(new Pieces(List.of(1))).write(script.answers()).write(tunnel);
        ByteBuffer stream = ByteBuffer.wrap(written.rest());
        Client client = new Client(script);
        Line ignored = new Line(new Pieces(List.of(1)));
        ByteBuffer in = stream.duplicate().limit(0);
        client.proceed(in, ignored);
        while (!isOver(client.handshake.turn())) {
            int missing = client.handshake.missing(in);
            assertThat(missing).isPositive();
            in.limit(in.limit() + missing);
            client.proceed(in, ignored);
        }
        endsAsWritten(client, script);
        assertThat(in.remaining()).isZero();
        assertThat(stream.position(in.position())).isEqualTo(ByteBuffer.wrap(tunnel));
    }

    private static boolean isOver(Turn turn) {
        return turn == Turn.DONE || turn == Turn.FAILED;
    }

    private static void endsAsWritten(Server server, Script script) {
        assertThat(server.handshake.turn()).isEqualTo(script.end());
        assertThat(server.heard).isEqualTo(script.questions());
        assertThat(server.answers.hasNext()).isFalse();
    }

    private static void endsAsWritten(Client client, Script script) {
        assertThat(client.handshake.turn()).isEqualTo(script.end());
        assertThat(client.heard)
                .isEqualTo(script.answersTaken().stream()
                        .map(answer -> Buffers.hex(answer.encode()))
                        .toList());
        assertThat(client.handshake.reply()).isEqualTo(script.lastReply());
        if (script.succeeds()) {
            assertThat(client.failure).isNull();
            return;
        }
        assertThat(client.failure).isInstanceOf(script.failure());
        if (client.failure instanceof RequestRejectedException rejected) {
            assertThat(rejected.reply()).isEqualTo(script.lastAnswer());
            assertThat(rejected.request()).isEqualTo(script.request());
        } else if (client.failure instanceof AuthenticationFailedException failed) {
            assertThat(new PasswordResponse(failed.status())).isEqualTo(script.lastAnswer());
        }
    }
}
