package dev.socks5.server.internal.net;

import dev.socks5.codec.ReplyCode;
import dev.socks5.server.CloseReason;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first of several addresses that answers (RFC 8305): the families take turns, the next attempt starts
 * when one has failed or after a moment, and the first to succeed ends the others. Addresses of a family that has no
 * egress address, where there is one, are passed over.
 */
public final class Dial {

    /** Waits for the outcome. Called once, unless the dial is cancelled. */
    public interface Caller {
        void connected(Connection connection);

        void failed(ReplyCode code);

        /**
         * Called instead if the socket hook is the reason: no attempt has failed in a way that tells more.
         *
         * @param reason for listeners
         */
        void refused(String reason);
    }

    /** RFC 8305 section 5, Connection Attempt Delay. */
    private static final long STAGGER = TimeUnit.MILLISECONDS.toNanos(250);

    /**
     * Further addresses are left out, because each attempt under way takes a descriptor, and the owner of a name
     * chooses how many addresses it has.
     */
    private static final int MAX_ADDRESSES = 8;

    /** The codes in order, the most telling last: the reply when all attempts have failed. */
    private static final List<ReplyCode> BY_WORTH = List.of(
            ReplyCode.GENERAL_FAILURE,
            ReplyCode.NETWORK_UNREACHABLE,
            ReplyCode.HOST_UNREACHABLE,
            ReplyCode.CONNECTION_REFUSED);

    /**
     * After this time a failure can no longer be a refusal: the system has given up, as after ETIMEDOUT. See ADR 10.
     */
    private static final long LATEST_REFUSAL = TimeUnit.MILLISECONDS.toNanos(2_500);

    private final EventLoop loop;
    private final Egress egress;
    private final Caller caller;
    private final Deque<InetSocketAddress> untried;
    private final List<Attempt> pending = new ArrayList<>();
    private final Timers.Timer stagger;
    private ReplyCode failure = ReplyCode.GENERAL_FAILURE;
    private Egress.@Nullable Refusal refusal;
    private boolean over;

    /**
     * Prepares a dial; {@link #proceed} begins it.
     *
     * @param addresses at least one, in order of preference
     */
    public Dial(EventLoop loop, List<InetSocketAddress> addresses, Egress egress, Caller caller) {
        this.loop = loop;
        this.egress = egress;
        this.caller = caller;
        this.untried = alternating(addresses);
        this.stagger = loop.timers().timer(this::proceed);
    }

    /**
     * Connects to a Unix domain socket, which succeeds or fails at once.
     *
     * @throws IOException if there is none, nobody listens on it, this process may not write to it, or too many wait
     */
    public static Connection connect(EventLoop loop, Path path) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        SocketChannel channel = loop.network().sockets().openSocketChannel(StandardProtocolFamily.UNIX);
        try {
            Channels.configure(channel, address);
            if (!channel.connect(address)) {
                throw new ConnectException("too many wait to be accepted there");
            }
            return new Connection(loop, channel);
        } catch (Throwable e) {
            Channels.close(channel);
            throw e;
        }
    }

    /**
     * Orders addresses by RFC 8305 section 4: the families take turns, that of the first address first; at most eight
     * addresses.
     */
    static Deque<InetSocketAddress> alternating(List<InetSocketAddress> addresses) {
        if (addresses.size() == 1) {
            return new ArrayDeque<>(addresses);
        }
        Deque<InetSocketAddress> same = new ArrayDeque<>();
        Deque<InetSocketAddress> other = new ArrayDeque<>();
        boolean firstIsV4 = isIpv4(addresses.get(0));
        addresses.forEach(address -> (isIpv4(address) == firstIsV4 ? same : other).add(address));
        Deque<InetSocketAddress> turns = new ArrayDeque<>();
        while (turns.size() < MAX_ADDRESSES && (!same.isEmpty() || !other.isEmpty())) {
            if (!same.isEmpty()) {
                turns.add(same.remove());
            }
            if (!other.isEmpty()) {
                turns.add(other.remove());
            }
        }
        return turns;
    }

    private static boolean isIpv4(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address;
    }

    /** Starts the next attempt, and more if that fails at once. */
    public void proceed() {
        int before = pending.size();
        while (!over && pending.size() == before && !untried.isEmpty()) {
            attempt(untried.remove());
        }
        if (over) {
            return;
        }
        if (!untried.isEmpty()) {
            stagger.set(STAGGER);
        } else if (pending.isEmpty()) {
            cancel();
            tellFailure();
        }
    }

    private void tellFailure() {
        if (refusal != null && failure.equals(ReplyCode.GENERAL_FAILURE)) {
            caller.refused(refusal.reason());
        } else {
            caller.failed(failure);
        }
    }

    private void attempt(InetSocketAddress target) {
        if (!egress.allows(target.getAddress())) {
            failed(ReplyCode.NETWORK_UNREACHABLE);
            return;
        }
        try {
            ProtocolFamily family = Channels.family(target.getAddress());
            new Attempt(loop.network().sockets().openSocketChannel(family)).start(target);
        } catch (IOException | UnsupportedOperationException e) {
            failed(ReplyCode.GENERAL_FAILURE); // No descriptors left, or no such address family on this host.
        }
    }

    private void failed(ReplyCode code) {
        if (BY_WORTH.indexOf(code) > BY_WORTH.indexOf(failure)) {
            failure = code;
        }
    }

    /** Ends every attempt; the caller hears nothing more. */
    public void cancel() {
        over = true;
        stagger.cancel();
        untried.clear();
        for (Attempt attempt : pending) {
            attempt.close();
        }
        pending.clear();
    }

    /**
     * Finds the reply for a failure, by the kind of exception and by the time.
     *
     * @param nanos the time since the attempt began
     */
    public static ReplyCode code(IOException failure, long nanos) {
        if (failure instanceof ConnectException) {
            return nanos < LATEST_REFUSAL ? ReplyCode.CONNECTION_REFUSED : ReplyCode.HOST_UNREACHABLE;
        }
        // NoRouteToHostException, and the plain SocketException that the JDK makes of ENETUNREACH.
        boolean unreachable = failure instanceof SocketException && !(failure instanceof BindException);
        return unreachable ? ReplyCode.NETWORK_UNREACHABLE : ReplyCode.GENERAL_FAILURE;
    }

    private final class Attempt implements Handler {
        private final SocketChannel channel;
        private final long begun = loop.nanoTime();
        private @Nullable Registration registration;

        private Attempt(SocketChannel channel) {
            this.channel = channel;
        }

        private void start(InetSocketAddress target) {
            try {
                Channels.configure(channel, target);
                egress.bind(channel, target.getAddress());
                if (channel.connect(target)) {
                    succeed();
                } else {
                    registration = loop.register(channel, SelectionKey.OP_CONNECT, this);
                    pending.add(this);
                }
            } catch (IOException e) {
                fail(e);
            } catch (Throwable e) {
                drop();
                throw e;
            }
        }

        @Override
        public void ready(Registration key) {
            try {
                if (channel.finishConnect()) {
                    succeed();
                }
            } catch (IOException e) {
                fail(e);
                proceed();
            }
        }

        private void succeed() {
            pending.remove(this);
            cancel();
            Connection connection;
            try {
                connection = new Connection(loop, channel);
            } catch (Throwable e) { // No memory is left, for one.
                close();
                Log.warn("a connection could not be set up", e);
                caller.failed(ReplyCode.GENERAL_FAILURE);
                return;
            }
            caller.connected(connection);
        }

        private void fail(IOException e) {
            drop();
            if (e instanceof Egress.Refusal refused) {
                refusal = refused;
            }
            failed(code(e, loop.nanoTime() - begun));
        }

        @Override
        public void abort(CloseReason reason) {
            drop();
        }

        private void drop() {
            pending.remove(this);
            close();
        }

        private void close() {
            if (registration == null) {
                Channels.close(channel);
            } else {
                registration.close();
            }
        }
    }
}
