package dev.socks5.client.internal.dial;

import dev.socks5.client.internal.layer.Closing;
import dev.socks5.client.internal.layer.Deadline;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes sockets along the first of several {@link ProxyPath}s that serves the request. Each attempt is what a
 * {@link Dialer} of that path does alone; {@link Candidates} say which is next. Destinations that go direct are asked
 * of the first path, once, and no other proxy is tried for them.
 */
public final class SeveralProxies implements Proxies {

    private final Order order;
    private final List<ProxyPath> paths;
    private final List<Dialer> dialers;
    private final Dialer straight;
    private final Standing standing;

    /**
     * @param paths at least one; the destinations that go direct are those of the first one, whatever the others say
     * @param nanoTime reads a clock, as {@link System#nanoTime()}
     */
    SeveralProxies(Order order, List<ProxyPath> paths, LongSupplier nanoTime) {
        this.order = order;
        this.paths = List.copyOf(paths);
        this.dialers = paths.stream()
                .map(path -> new Dialer(path.withDirect(ProxyPath.NOTHING)))
                .collect(Collectors.toList());
        this.straight = new Dialer(paths.get(0).withDirect(destination -> true));
        this.standing = new Standing(order, paths.size(), nanoTime);
    }

    /**
     * Puts proxies together. Those that are several themselves join one by one.
     *
     * @param nanoTime as above
     * @throws IllegalArgumentException if one of them is several in another order, or one that is not the first says
     *     what is for the first one to say
     */
    public static SeveralProxies of(Order order, List<Proxies> members, LongSupplier nanoTime) {
        List<ProxyPath> paths = new ArrayList<>();
        for (Proxies member : members) {
            if (member.order() != null && member.order() != order) {
                throw new IllegalArgumentException(
                        "proxies in order and proxies in turn cannot be members of each other");
            }
            paths.addAll(member.paths());
        }
        ProxyPath first = paths.get(0);
        for (Proxies other : members.subList(1, members.size())) {
            if (!other.direct().equals(ProxyPath.NOTHING)) {
                throw new IllegalArgumentException("the first of several proxies alone says which destinations go"
                        + " direct, and " + other + " does, too");
            }
            if (other.addressesStandForNames() && !first.addressesStandForNames()) {
                throw new IllegalArgumentException("the first of several proxies says whether addresses stand for"
                        + " names, and " + other + " alone does");
            }
        }
        return new SeveralProxies(order, paths, nanoTime);
    }

    @Override
    public List<ProxyPath> paths() {
        return paths;
    }

    @Override
    public Order order() {
        return order;
    }

    @Override
    public Duration timeout() {
        return Candidates.timeout(dialers);
    }

    /** Makes one for the first path; where another one is tried and needs a socket of its own, that takes its place. */
    @Override
    public Socket socket() throws IOException {
        return straight.socket();
    }

    @Override
    public Outbound outbound() throws IOException {
        Socket fresh = socket();
        try {
            return new Outbound(fresh, SocketSettings.of(fresh));
        } catch (Throwable e) {
            Closing.quietly(fresh);
            throw e;
        }
    }

    /** Gives what connects to a destination that goes direct; {@code null} if that has to be reached by a proxy. */
    public @Nullable Dialer straight(Destination destination) {
        return direct().test(destination.endpoint()) ? straight : null;
    }

    /** Checks that a bare channel can lead along each of the paths. */
    public void requireChannels() {
        paths.forEach(ProxyPath::requireChannels);
    }

    /** Gives the proxies to try for a connection to a destination, until all have had their time. */
    public Candidates candidates(Destination destination, ByteBuffer firstBytes) {
        return candidates(destination, firstBytes, timeout());
    }

    private Candidates candidates(@Nullable Destination destination, ByteBuffer firstBytes, Duration limit) {
        return new Candidates(standing, dialers, destination, firstBytes.hasRemaining(), Deadline.after(limit));
    }

    @Override
    public Dialer.Tunnel connect(Outbound outbound, Destination destination, ByteBuffer firstBytes, Duration limit)
            throws IOException {
        try {
            Dialer directly = straight(destination);
            if (directly != null) {
                return directly.connect(outbound, destination, firstBytes, limit);
            }
            outbound.begin();
            SocketSettings settings = outbound.changes();
            Candidates candidates = candidates(destination, firstBytes, limit);
            Use<Dialer.Tunnel> attempt = dialer -> {
                if (!candidates.isFirst() || !dialer.path().sharesSockets(paths.get(0))) {
                    replace(outbound, LocalException.ifFails(dialer::socket), settings);
                }
                return attempt(dialer, outbound, destination, firstBytes, candidates.limit());
            };
            Dialer.Tunnel tunnel = first(candidates, attempt, outbound::isClosed);
            outbound.succeed();
            return tunnel;
        } catch (Throwable e) {
            outbound.close();
            throw e;
        }
    }

    /** Puts a socket with the user's settings in the place of the one before, which may be bound to the same port. */
    private static void replace(Outbound outbound, Socket next, SocketSettings settings) throws IOException {
        Socket before = outbound.socket();
        outbound.use(next);
        Closing.quietly(before);
        settings.applyTo(next);
    }

    /** Makes an attempt that leaves {@code outbound} open if it fails. */
    private static Dialer.Tunnel attempt(
            Dialer dialer, Outbound outbound, Destination destination, ByteBuffer firstBytes, Duration limit)
            throws IOException {
        Outbound part = outbound.part();
        try {
            Dialer.Tunnel tunnel = dialer.connect(part, destination, firstBytes, limit);
            take(outbound, part, tunnel);
            return tunnel;
        } finally {
            outbound.onClose(() -> {});
        }
    }

    private static void take(Outbound outbound, Outbound part, Dialer.Tunnel tunnel) throws IOException {
        try {
            outbound.use(part.socket());
        } catch (IOException e) {
            Closing.quietly(tunnel.socket()); // It has layers that the socket knows nothing of.
            throw e;
        }
    }

    @Override
    public SocketChannel channel(Destination destination, ByteBuffer firstBytes) throws IOException {
        requireChannels();
        Dialer directly = straight(destination);
        return directly == null
                ? first(
                        candidates(destination, firstBytes),
                        dialer -> dialer.channel(destination, firstBytes),
                        () -> false)
                : directly.channel(destination, firstBytes);
    }

    @Override
    public <T> T use(Use<T> use) throws IOException {
        return first(candidates(null, Dialer.NOTHING, timeout()), use, () -> false);
    }

    /** @param isUnwanted tells whether somebody has given up what the attempts are for */
    private static <T> T first(Candidates candidates, Use<T> attempt, BooleanSupplier isUnwanted) throws IOException {
        while (candidates.advance()) {
            try {
                T result = attempt.of(candidates.dialer());
                candidates.succeeded();
                return result;
            } catch (IOException e) {
                if (isUnwanted.getAsBoolean() || Thread.currentThread().isInterrupted()) {
                    candidates.givenUp(e);
                    throw e;
                }
                candidates.failed(e);
            } catch (Throwable e) {
                candidates.givenUp(e);
                throw e;
            }
        }
        throw candidates.failure();
    }

    /** Names the proxies, and no logins. */
    @Override
    public String toString() {
        return paths.stream().map(SeveralProxies::name).collect(Collectors.joining(" or "));
    }

    private static String name(ProxyPath path) {
        return path.hops().size() == 1 ? path.toString() : "(" + path + ")";
    }
}
