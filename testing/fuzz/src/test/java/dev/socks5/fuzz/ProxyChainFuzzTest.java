package dev.socks5.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Request;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import dev.socks5.fuzz.Input.Arriving;
import dev.socks5.fuzz.Input.Pieces;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** A row of two proxies, whatever they say: in pieces as in one piece, and each failure names its proxy. */
class ProxyChainFuzzTest {

    private static final Command[] COMMANDS = {Command.CONNECT, Command.BIND, Command.UDP_ASSOCIATE};

    private static final PasswordRequest LOGIN = new PasswordRequest("u", "p");

    private static final Endpoint DESTINATION = Endpoint.of("a", 80);

    /** Choices: command and login; pieces. */
    @FuzzTest
    void chain(byte[] data) {
        Input input = Input.of(data, 2);
        Command command = COMMANDS[input.choice(0) % 3];
        PasswordRequest login = input.choice(0) / 3 % 2 == 0 ? null : LOGIN;
        Outcome whole = chain(command, login, input.arriving(Pieces.WHOLE));
        assertThat(chain(command, login, input.arriving(Pieces.of(input.choice(1)))))
                .isEqualTo(whole);
    }

    private static Outcome chain(Command command, PasswordRequest login, Arriving arriving) {
        ProxyChain.Hop first = ProxyChain.Hop.of(Endpoint.of("192.0.2.1", 1080), login);
        ProxyChain.Hop second = ProxyChain.Hop.of(Endpoint.of("192.0.2.2", 1080), null);
        ProxyChain chain = new ProxyChain(List.of(first, second), new Request(command, DESTINATION));
        ByteBuffer in = arriving.in();
        StringBuilder said = new StringBuilder();
        try {
            while (chain.turn() == Turn.SEND || chain.turn() == Turn.RECEIVE) {
                if (chain.turn() == Turn.SEND) {
                    said.append(Outcome.hex(chain.send()));
                    continue;
                }
                ByteBuffer room = chain.input();
                assertThat(room.hasRemaining()).isTrue();
                ByteBuffer piece = in.slice().limit(Math.min(room.remaining(), in.remaining()));
                in.position(in.position() + piece.remaining());
                room.put(piece);
                chain.receive();
                if (!in.hasRemaining() && chain.turn() == Turn.RECEIVE && !arriving.more()) {
                    return Outcome.failed(said, chain.closed());
                }
            }
            return new Outcome(said.toString(), chain.turn(), arriving.length() - in.position(), Optional.empty());
        } catch (Socks5Exception e) {
            assertThat(chain.turn()).isEqualTo(Turn.FAILED);
            assertThat(e.proxy()).contains(Endpoint.of("192.0.2." + (chain.hop() + 1), 1080));
            return Outcome.failed(said, e);
        }
    }
}
