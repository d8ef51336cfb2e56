package dev.socks5.client;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Connects a channel to the first address of an {@link AddressRace} that answers, for a {@link AsyncConnect} and on its loop's thread. */
final class LoopDial implements Closeable {

    private final ConnectLoop loop;
    private final AsyncConnect connecting;
    private final AddressRace race;
    private final Map<SocketChannel, InetSocketAddress> pending = new HashMap<>();

    LoopDial(ConnectLoop loop, AsyncConnect connecting, AddressRace race) {
        this.loop = loop;
        this.connecting = connecting;
        this.race = race;
    }

    AddressRace race() {
        return race;
    }

    /** Makes another one for the same addresses. */
    LoopDial again() {
        return new LoopDial(loop, connecting, race.again());
    }

    /**
     * Starts the attempts that are due.
     *
     * @return the key of a channel that is connected already, and the only one that is open then; {@code null} if there is none
     * @throws IOException the last failure, if all have failed; the race has them all
     */
    @Nullable
    SelectionKey start() throws IOException {
        while (race.isDue(System.nanoTime())) {
            InetSocketAddress address = race.next(System.nanoTime());
            @Nullable SocketChannel channel = null;
            try {
                channel = SocketChannel.open();
                pending.put(channel, address);
                channel.configureBlocking(false);
                boolean connected = channel.connect(address);
                SelectionKey key = loop.register(channel, connected ? 0 : SelectionKey.OP_CONNECT, connecting);
                if (connected) {
                    return won(channel, key);
                }
            } catch (IOException e) {
                failed(channel, address, e);
            } catch (UnsupportedAddressTypeException e) {
                failed(channel, address, BlockingDial.unsupported(e));
            }
        }
        return null;
    }

    /** Sees what has become of an attempt; the result is as above. */
    @Nullable
    SelectionKey finish(SelectionKey ready) throws IOException {
        SocketChannel channel = (SocketChannel) ready.channel();
        InetSocketAddress address = pending.get(channel);
        if (address == null) {
            return null;
        }
        try {
            return channel.finishConnect() ? won(channel, ready) : null;
        } catch (IOException e) {
            failed(channel, address, e);
            return null;
        }
    }

    private SelectionKey won(SocketChannel channel, SelectionKey key) {
        pending.remove(channel);
        close();
        return key;
    }

    private void failed(@Nullable SocketChannel channel, InetSocketAddress address, IOException e) throws IOException {
        if (channel != null) {
            pending.remove(channel);
            Closing.quietly(channel);
        }
        race.failed(address, e);
        if (race.isLost()) {
            throw e;
        }
    }

    /** Gives the time at which the next attempt has to be started, or the deadline if that is sooner. */
    Deadline nextStart(Deadline deadline) {
        if (!race.hasUntried()) {
            return deadline;
        }
        Deadline start = Deadline.after(Duration.ofNanos(race.nanosUntilNext(System.nanoTime())));
        return start.compareTo(deadline) < 0 ? start : deadline;
    }

    /** Ends the attempts that are under way. */
    @Override
    public void close() {
        pending.keySet().forEach(Closing::quietly);
        pending.clear();
    }
}
