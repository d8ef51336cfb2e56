package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.socks5.codec.Generators.Pieces;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import org.jspecify.annotations.Nullable;

/** Octets that no honest peer sends, and calls that no careful caller makes. */
@Domain(Generators.class)
@Domain(DomainContext.Global.class)
class HostilePeerProperties {

    /** What came of a stream: the messages taken, what was thrown, how many octets are left, and whose turn it is. */
    private record Outcome(List<String> heard, @Nullable Class<? extends Throwable> thrown, int left, Turn turn) {}

    /** However a stream is cut, the same comes of it, and nothing but a {@link Socks5Exception} is ever thrown. */
    @Property
    void theClientSeesTheSameHoweverTheStreamIsCut(
            @ForAll Script script, @ForAll int at, @ForAll byte octet, @ForAll byte[] behind, @ForAll Pieces pieces) {
        byte[] stream = damaged(script.answers(), at, octet, behind);
        Outcome whole = client(script, stream, new Pieces(List.of(Integer.MAX_VALUE)));
        assertThat(client(script, stream, pieces)).isEqualTo(whole);
    }

    @Property
    void theServerSeesTheSameHoweverTheStreamIsCut(
            @ForAll Script script, @ForAll int at, @ForAll byte octet, @ForAll byte[] behind, @ForAll Pieces pieces) {
        byte[] stream = damaged(script.questions(), at, octet, behind);
        Outcome whole = server(stream, new Pieces(List.of(Integer.MAX_VALUE)));
        assertThat(server(stream, pieces)).isEqualTo(whole);
    }

    @Property
    void anyOctetsAtAll(@ForAll Script script, @ForAll byte[] octets, @ForAll Pieces pieces) {
        assertThat(client(script, octets, pieces).left()).isLessThanOrEqualTo(octets.length);
        assertThat(server(octets, pieces).left()).isLessThanOrEqualTo(octets.length);
    }

    private static Outcome client(Script script, byte[] stream, Pieces pieces) {
        ClientHandshake handshake = new ClientHandshake(script.request(), script.login());
        Line line = new Line(pieces).write(stream);
        List<String> heard = new ArrayList<>();
        Class<? extends Throwable> thrown = null;
        boolean more = true;
        while (more) {
            if (handshake.turn() == Turn.SEND) {
                send(handshake);
            } else if (handshake.turn() == Turn.RECEIVE) {
                try {
                    ByteBuffer message = line.in().duplicate();
                    boolean taken = handshake.receive(line.in());
                    if (taken) {
                        heard.add(Buffers.hex(message.limit(line.in().position())));
                    }
                    more = taken || !line.allArrived();
                    line.deliver();
                } catch (Socks5Exception e) {
                    thrown = e.getClass();
                    more = false;
                }
            } else {
                more = false;
            }
        }
        return new Outcome(heard, thrown, line.rest().length, handshake.turn());
    }

    /** A server that grants what it can. */
    private static Outcome server(byte[] stream, Pieces pieces) {
        ServerHandshake handshake = new ServerHandshake();
        ServerNegotiation login = ServerNegotiation.password(said -> Optional.of(said::username));
        boolean byPassword = false;
        Line line = new Line(pieces).write(stream);
        List<String> heard = new ArrayList<>();
        Class<? extends Throwable> thrown = null;
        boolean more = true;
        while (more) {
            if (handshake.turn() == Turn.RECEIVE) {
                try {
                    ByteBuffer message = line.in().duplicate();
                    boolean taken;
                    if (byPassword && login.turn() == Turn.RECEIVE) {
                        taken = login.receive(line.in());
                        if (taken) {
                            login.send();
                        }
                    } else {
                        Optional<? extends ClientMessage> said = handshake.receive(line.in());
                        byPassword |=
                                said.filter(m -> grant(handshake, m, login)).isPresent();
                        taken = said.isPresent();
                    }
                    if (taken) {
                        heard.add(Buffers.hex(message.limit(line.in().position())));
                    }
                    more = taken || !line.allArrived();
                    line.deliver();
                } catch (Socks5Exception e) {
                    thrown = e.getClass();
                    more = false;
                }
            } else {
                more = false;
            }
        }
        return new Outcome(heard, thrown, line.rest().length, handshake.turn());
    }

    /** Grants it, and tells whether a login follows. */
    private static boolean grant(ServerHandshake handshake, ClientMessage message, ServerNegotiation login) {
        if (!(message instanceof Greeting greeting)) {
            handshake.send(Reply.success(Endpoint.UNSPECIFIED));
            return false;
        }
        Optional<ServerNegotiation> selected = greeting.methods().stream()
                .filter(method -> method.code() % 2 == 0 && method.code() <= 2)
                .findFirst()
                .map(method -> method.code() == 2 ? login : ServerNegotiation.noAuthentication());
        selected.ifPresentOrElse(handshake::select, handshake::refuse);
        return selected.filter(login::equals).isPresent();
    }

    private static void send(ClientHandshake handshake) {
        try {
            handshake.send();
        } catch (Socks5Exception e) {
            throw new AssertionError("neither of its methods gives up", e);
        }
    }

    private static byte[] damaged(Collection<? extends Message> messages, int at, byte octet, byte[] behind) {
        byte[] stream =
                new Line(new Pieces(List.of(1))).write(messages).write(behind).rest();
        stream[Math.floorMod(at, stream.length)] = octet;
        return stream;
    }

    enum Call {
        SEND,
        RECEIVE,
        MISSING
    }

    /** A call out of turn says so and changes nothing; a call in turn never says so. */
    @Property
    void theClientRefusesWhatIsOutOfTurn(@ForAll Script script, @ForAll @Size(max = 20) List<Call> calls) {
        ClientHandshake handshake = new ClientHandshake(script.request(), script.login());
        ByteBuffer in = ByteBuffer.wrap(
                new Line(new Pieces(List.of(1))).write(script.answers()).rest());
        for (Call call : calls) {
            Turn before = handshake.turn();
            int position = in.position();
            Throwable thrown = catchThrowable(() -> {
                switch (call) {
                    case SEND -> handshake.send();
                    case RECEIVE -> handshake.receive(in);
                    case MISSING -> handshake.missing(in);
                }
            });
            Turn expected = call == Call.SEND ? Turn.SEND : Turn.RECEIVE;
            assertThat(thrown instanceof IllegalStateException).isEqualTo(before != expected);
            if (before != expected) {
                assertThat(handshake.turn()).isEqualTo(before);
                assertThat(in.position()).isEqualTo(position);
            } else if (thrown != null) {
                assertThat(thrown).isInstanceOf(Socks5Exception.class);
            }
        }
    }
}
