package dev.socks5.client.internal.dial;

import dev.socks5.client.internal.layer.Closing;
import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.client.internal.layer.IoCall;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Connects a channel to the first address of an {@link AddressRace} that answers, several attempts at a time. The
 * channels are in non-blocking mode; the owner of their selector drives it, and gives the time, in nanoseconds.
 */
public final class StaggeredDial implements Closeable {

    /** Registers a channel with the selector of the caller. */
    @FunctionalInterface
    public interface Registrar {
        SelectionKey register(SocketChannel channel, int operations) throws ClosedChannelException;
    }

    private final AddressRace race;
    private final IoCall<SocketChannel> opener;
    private final Preparation preparation;
    private final Registrar registrar;
    private final Map<SocketChannel, SocketAddress> pending = new LinkedHashMap<>();

    public StaggeredDial(AddressRace race, IoCall<SocketChannel> opener, Preparation preparation, Registrar registrar) {
        this.race = race;
        this.opener = opener;
        this.preparation = preparation;
        this.registrar = registrar;
    }

    /**
     * Starts the attempts that are due.
     *
     * @return the key of a channel that is connected already, and the only one that is open then; {@code null} if there
     *     is none
     * @throws IOException the last failure, if all attempts have failed; the race has them all
     */
    @Nullable
    public SelectionKey start(long now) throws IOException {
        while (race.isDue(now)) {
            SocketAddress address = race.next(now);
            @Nullable SocketChannel channel = null;
            try {
                channel = LocalException.ifFails(opener);
                pending.put(channel, address);
                preparation.of(channel, address);
                channel.configureBlocking(false);
                boolean connected = channel.connect(address);
                SelectionKey key = registrar.register(channel, connected ? 0 : SelectionKey.OP_CONNECT);
                if (connected) {
                    return won(channel, key);
                }
            } catch (IOException e) {
                failed(channel, address, e);
            } catch (UnsupportedAddressTypeException e) {
                // The JDK's own sockets throw this where the host has no such address family.
                failed(channel, address, (IOException) new SocketException("Unsupported address type").initCause(e));
            }
        }
        return null;
    }

    /**
     * Looks at an attempt whose channel is ready; the result is that of {@link #start(long)}.
     *
     * @param ready may belong to an attempt that is over: nothing is done then
     */
    @Nullable
    public SelectionKey finish(SelectionKey ready) throws IOException {
        SocketChannel channel = (SocketChannel) ready.channel();
        SocketAddress address = pending.get(channel);
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

    private void failed(@Nullable SocketChannel channel, SocketAddress address, IOException e) throws IOException {
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
    public Deadline nextStart(Deadline deadline, long now) {
        if (!race.hasUntried()) {
            return deadline;
        }
        Deadline start = Deadline.after(Duration.ofNanos(race.nanosUntilNext(now)), now);
        return start.compareTo(deadline) < 0 ? start : deadline;
    }

    /** Ends the attempts that are under way. */
    @Override
    public void close() {
        pending.keySet().forEach(Closing::quietly);
        pending.clear();
    }
}
