package dev.socks5.conformance.suite;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A UDP socket that keeps a record. Every call is bounded by {@link Patience}. For one thread at a time. */
public final class DatagramWire implements AutoCloseable {

    /**
     * What came.
     *
     * @param from who sent it
     * @param bytes all of it
     */
    public record Datagram(InetSocketAddress from, byte[] bytes) {}

    private static final int MOST = 65_536;

    private final String name;
    private final DatagramChannel channel;
    private final Readiness readiness;
    private final Transcript transcript;
    private final Patience patience;

    /**
     * Opens a socket.
     *
     * @param name for the record, such as "client" or "origin"
     * @param address where, with port 0 for any
     */
    public DatagramWire(String name, InetSocketAddress address, Transcript transcript, Patience patience)
            throws IOException {
        this.name = name;
        this.transcript = transcript;
        this.patience = patience;
        channel = DatagramChannel.open().bind(address);
        readiness = new Readiness(channel);
    }

    /** Returns where this is. */
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Sends a datagram, which may be lost without a word. */
    public DatagramWire send(Label label, InetSocketAddress to, byte[] bytes) throws IOException {
        transcript.sent(name, label, bytes);
        channel.send(ByteBuffer.wrap(bytes), to);
        return this;
    }

    /**
     * Receives a datagram.
     *
     * @param what it should be, for the message
     * @throws Violation if none comes in time
     */
    public Datagram receive(Label label, String what) throws IOException, Violation {
        Datagram datagram = poll(label, patience.answer());
        if (datagram == null) {
            throw new Violation("expected " + what + ", but no datagram came in "
                    + patience.answer().toMillis() + " ms");
        }
        return datagram;
    }

    /** Receives a datagram, or returns {@code null} if none comes in that time. */
    public @Nullable Datagram poll(Label label, Duration time) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(MOST);
        long deadline = System.nanoTime() + time.toNanos();
        while (true) {
            InetSocketAddress from = (InetSocketAddress) channel.receive(in);
            if (from != null) {
                byte[] bytes = new byte[in.flip().remaining()];
                in.get(bytes);
                transcript.received(name, label, bytes);
                return new Datagram(from, bytes);
            }
            if (!readiness.await(SelectionKey.OP_READ, Duration.ofNanos(deadline - System.nanoTime()))) {
                return null;
            }
        }
    }

    /**
     * Waits for {@link Patience#silence}, in which no datagram may come.
     *
     * @param why none may come, for the message
     * @throws Violation if one comes
     */
    public void expectSilence(String why) throws IOException, Violation {
        Datagram datagram = poll(Label.RAW, patience.silence());
        if (datagram != null) {
            throw new Violation("no datagram may come " + why + ", but " + Hex.shown(datagram.bytes()) + " came from "
                    + datagram.from());
        }
    }

    @Override
    public void close() throws IOException {
        readiness.close();
        channel.close();
    }
}
