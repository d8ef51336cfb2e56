package dev.socks5.benchmarks.codec;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.codec.ServerHandshake;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Socks5Exception;
import java.security.Principal;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole handshake of a client with a server, both in one thread: a request for a name, and its success. Each message
 * is encoded by the one and decoded by the other; the octets are the same on both sides, in the same order.
 *
 * <p>What is made for each connection is made for each handshake: our two state machines, Netty's decoders. What can be
 * there already is there: the client's messages, Netty's channels and, where there is no channel, its buffer. Our
 * handshakes make a buffer for each message. Netty has no state machine; {@link NettyHandshake} checks what it has to.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HandshakeBenchmark {

    static final PasswordRequest LOGIN = PasswordRequest.of("alice", "correct horse");
    static final Request REQUEST = Request.connect(Endpoint.of("www.example.com", 443));
    static final Endpoint BOUND = Endpoint.of("192.0.2.1", 1080);

    private static final Optional<Principal> USER = Optional.of(() -> "alice");

    /** Whether the server asks for a login. */
    @Param({"false", "true"})
    public boolean login;

    private NettyHandshake direct = new NettyHandshake(login, new NettyLink.Direct());
    private NettyHandshake channels = new NettyHandshake(login, new NettyLink.Channels());

    /** Makes the channels. */
    @Setup
    public void prepare() {
        direct = new NettyHandshake(login, new NettyLink.Direct());
        channels = new NettyHandshake(login, new NettyLink.Channels());
    }

    /** Our two state machines. */
    @Benchmark
    public Object socks5() throws Socks5Exception {
        ClientHandshake client = login ? new ClientHandshake(REQUEST, LOGIN) : new ClientHandshake(REQUEST);
        ServerHandshake server = new ServerHandshake();
        server.receive(client.send());
        ServerNegotiation negotiation =
                login ? ServerNegotiation.password(any -> USER) : ServerNegotiation.noAuthentication();
        client.receive(server.select(negotiation));
        if (login) {
            negotiation.receive(client.send());
            client.receive(negotiation.send());
        }
        server.receive(client.send());
        client.receive(server.send(Reply.success(BOUND)));
        return client.turn();
    }

    /** Netty's encoders and decoders, called directly. */
    @Benchmark
    public Object netty() throws Exception {
        return direct.run();
    }

    /** Netty's encoders and decoders in two channels. */
    @Benchmark
    public Object nettyChannel() throws Exception {
        return channels.run();
    }
}
