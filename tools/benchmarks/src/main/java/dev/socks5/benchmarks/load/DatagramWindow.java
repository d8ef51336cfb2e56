package dev.socks5.benchmarks.load;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.UdpHeader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The client's socket of an association. Each payload is a number, of which the low bits are its slot in the window,
 * and octets of the {@link Pattern} that depend on the number.
 */
final class DatagramWindow implements Handler, AutoCloseable {

    private static final int SLOTS = 64;
    private static final long TIMEOUT = Duration.ofMillis(200).toNanos();

    private final Loop loop;
    private final DatagramChannel channel = DatagramChannel.open();
    private final ByteBuffer header;
    private final ByteBuffer pattern = Pattern.view();
    private final int octets;
    private final long[] numbers = new long[SLOTS];
    private final long[] sent = new long[SLOTS];
    private final AtomicLong echoed = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    DatagramWindow(Loop loop, Endpoint echo, int octets) throws IOException {
        this.loop = loop;
        this.octets = octets;
        header = UdpHeader.of(echo).encode();
    }

    /** How many have come back in time. */
    AtomicLong echoed() {
        return echoed;
    }

    /** How many have not. */
    AtomicLong lost() {
        return lost;
    }

    /**
     * Begins, on the thread of the loop.
     *
     * @param from the address that the association is for
     * @param relay where the server takes datagrams
     */
    void start(InetAddress from, InetSocketAddress relay) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, DatagramEcho.SOCKET_BUFFER);
        channel.bind(new InetSocketAddress(from, 0)).connect(relay);
        loop.register(channel, SelectionKey.OP_READ, this);
        for (int slot = 0; slot < SLOTS; slot++) {
            numbers[slot] = slot;
            send(slot);
        }
        loop.everyTick(this::replaceLost);
    }

    private void send(int slot) throws IOException {
        sent[slot] = System.nanoTime();
        long number = numbers[slot];
        ByteBuffer buffer = loop.buffer().put(header.rewind()).putLong(number);
        channel.write(
                buffer.put(Pattern.aim(pattern, number, octets - Long.BYTES)).flip());
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        for (int length = receive(); length > 0; length = receive()) {
            ByteBuffer buffer = loop.buffer().limit(length);
            if (length <= octets) {
                throw new IOException("the relay delivered " + length + " octets, header included, of " + octets);
            }
            // The header's length depends on the address that the relay names, and the payload's is known.
            long number = buffer.position(length - octets).getLong();
            int slot = (int) (number & (SLOTS - 1));
            if (numbers[slot] == number) {
                Pattern.check(buffer, number);
                echoed.lazySet(echoed.getPlain() + 1);
                next(slot);
            }
        }
    }

    private int receive() throws IOException {
        return channel.read(loop.buffer());
    }

    private void next(int slot) throws IOException {
        numbers[slot] += SLOTS;
        send(slot);
    }

    private void replaceLost() throws IOException {
        long now = System.nanoTime();
        for (int slot = 0; slot < SLOTS; slot++) {
            if (now - sent[slot] > TIMEOUT) {
                lost.lazySet(lost.getPlain() + 1);
                next(slot);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
