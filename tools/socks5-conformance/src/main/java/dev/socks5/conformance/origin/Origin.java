package dev.socks5.conformance.origin;

import dev.socks5.codec.Endpoint;
import dev.socks5.conformance.suite.Patience;
import dev.socks5.conformance.suite.Readiness;
import dev.socks5.conformance.suite.Transcript;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A TCP destination. It accepts, and the case itself says what it sends and receives there. */
public final class Origin implements AutoCloseable {

    private final String name;
    private final ServerSocketChannel listener;
    private final Readiness readiness;
    private final Transcript transcript;
    private final Patience patience;

    /**
     * Listens on a free port.
     *
     * @param address one of this machine
     */
    public Origin(InetAddress address, Transcript transcript, Patience patience) throws IOException {
        this("origin", new InetSocketAddress(address, 0), transcript, patience);
    }

    /**
     * Listens.
     *
     * @param name of its connections, for the record
     * @param address where, with port 0 for any
     */
    public Origin(String name, InetSocketAddress address, Transcript transcript, Patience patience) throws IOException {
        this.name = name;
        this.transcript = transcript;
        this.patience = patience;
        listener = ServerSocketChannel.open().bind(address);
        readiness = new Readiness(listener);
    }

    /** Returns where this is. */
    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    /** Returns where this is, as a request says it. */
    public Endpoint endpoint() throws IOException {
        return Endpoint.of(address());
    }

    /**
     * Accepts a connection; the caller closes it.
     *
     * @throws Violation if none comes in time
     */
    public Wire accept() throws IOException, Violation {
        Wire wire = poll(patience.answer());
        if (wire == null) {
            throw new Violation("expected a connection at the destination, but none came in "
                    + patience.answer().toMillis() + " ms");
        }
        return wire;
    }

    /** Accepts a connection, or returns {@code null} if none comes in that time. */
    public @Nullable Wire poll(Duration time) throws IOException {
        long deadline = System.nanoTime() + time.toNanos();
        while (true) {
            SocketChannel channel = listener.accept();
            if (channel != null) {
                transcript.note(name, "has a connection");
                return new Wire(name, channel, transcript, patience);
            }
            if (!readiness.await(SelectionKey.OP_ACCEPT, Duration.ofNanos(deadline - System.nanoTime()))) {
                return null;
            }
        }
    }

    /**
     * Waits for {@link Patience#silence}, in which no connection may come.
     *
     * @param why none may come, for the message
     * @throws Violation if one comes
     */
    public void expectNobody(String why) throws IOException, Violation {
        try (Wire wire = poll(patience.silence())) {
            if (wire != null) {
                throw new Violation("the destination may not be connected to " + why + ", but it was");
            }
        }
    }

    @Override
    public void close() throws IOException {
        readiness.close();
        listener.close();
    }
}
