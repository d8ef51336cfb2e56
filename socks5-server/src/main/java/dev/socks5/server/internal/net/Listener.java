package dev.socks5.server.internal.net;

import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A socket that listens, for TCP or at a path. Once started, it accepts on one loop, until it is told to pause. */
public final class Listener implements Handler {

    /** The owner of a listener. Always called on the loop's thread, and never allowed to block. */
    public interface Owner {

        /** Called when a peer has connected. If this throws, the connection is closed. */
        void accepted(Accepted peer);

        /** Called when nobody waits to be accepted any more. */
        default void caughtUp() {}

        /** Called when accepting has failed, as it does without descriptors. The listener goes on. */
        void failed(Throwable cause);

        /**
         * Called when the server ends, or something unexpected has failed. The owner decides whether it closes the
         * listener.
         */
        void abort(CloseReason reason);
    }

    /** A connection that was accepted and belongs to no loop yet. */
    public record Accepted(SocketChannel channel, SocketAddress address) {

        /** Makes the address of the client that it is, each time that it is asked. */
        public ClientAddress client() {
            return address instanceof InetSocketAddress ip ? ClientAddress.of(ip) : UnixSocket.client(channel);
        }

        /** Gives the connection to a loop, on the loop's thread. */
        public Connection on(EventLoop loop) throws IOException {
            return new Connection(loop, channel);
        }

        public void close() {
            Channels.close(channel);
        }
    }

    /**
     * A socket that somebody else has bound, and that stays theirs: a server accepts from it, and never closes it.
     *
     * @param address an {@link InetSocketAddress}, or a {@link UnixDomainSocketAddress} with a path
     */
    public record BoundSocket(ServerSocketChannel channel, SocketAddress address) {

        /**
         * Looks at where a channel is bound.
         *
         * @throws IllegalArgumentException if it is closed, or bound to nothing that a client could connect to
         */
        public static BoundSocket of(ServerSocketChannel channel) {
            @Nullable SocketAddress address;
            try {
                address = channel.getLocalAddress();
            } catch (IOException e) {
                throw new IllegalArgumentException("a channel that cannot be listened on: " + e, e);
            }
            boolean named = address instanceof UnixDomainSocketAddress unix
                    && !unix.getPath().toString().isEmpty();
            if (!named && !(address instanceof InetSocketAddress)) {
                throw new IllegalArgumentException("a channel that is not bound, or has no address to connect to");
            }
            return new BoundSocket(channel, address);
        }
    }

    /** How many connections it accepts before it lets others on its loop have a turn. */
    private static final int BATCH = 64;

    private final ServerSocketChannel channel;
    private final @Nullable UnixSocket file;

    /** Whether the socket is somebody else's, who closes it. */
    private final boolean borrowed;

    private @Nullable Registration registration;
    private @Nullable Owner owner;
    private boolean paused;

    /** Set by any thread; only a borrowed socket is still open then. */
    private volatile boolean closed;

    /**
     * Makes a listener that has yet to be started.
     *
     * @param channel a channel that is bound
     */
    public Listener(ServerSocketChannel channel) {
        this(channel, null, false);
    }

    private Listener(ServerSocketChannel channel, @Nullable UnixSocket file, boolean borrowed) {
        this.channel = channel;
        this.file = file;
        this.borrowed = borrowed;
    }

    /** Prepares a socket before it is bound. */
    @FunctionalInterface
    public interface Preparation {
        void prepare(NetworkChannel channel) throws IOException;
    }

    /** Leaves a socket as it is. */
    public static final Preparation AS_IT_IS = channel -> {};

    /** Lets other processes of this user bind sockets to the same address. */
    public static final Preparation REUSING_PORT =
            channel -> channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);

    /**
     * Binds a socket. Connections wait in the system until the listener is started.
     *
     * @param backlog how many may wait
     */
    public static Listener bind(Network network, InetAddress local, PortRange ports, int backlog) throws IOException {
        return bind(network, local, ports, backlog, AS_IT_IS);
    }

    /** Binds a socket that has to be prepared before; see above. */
    public static Listener bind(
            Network network, InetAddress local, PortRange ports, int backlog, Preparation preparation)
            throws IOException {
        ServerSocketChannel channel = network.sockets().openServerSocketChannel(Channels.family(local));
        try {
            channel.configureBlocking(false);
            preparation.prepare(channel);
            ports.bind(network, local, address -> channel.bind(address, backlog));
            return new Listener(channel);
        } catch (Throwable e) {
            Channels.close(channel);
            throw e;
        }
    }

    /**
     * Binds a Unix domain socket, which goes from its path when the listener is closed.
     *
     * @param path absolute
     * @param permissions of the socket, from the moment at which it is there
     * @param backlog how many may wait
     */
    public static Listener bind(Network network, Path path, Set<PosixFilePermission> permissions, int backlog)
            throws IOException {
        UnixSocket file = UnixSocket.bind(network, path, permissions, backlog);
        return new Listener(file.channel(), file, false);
    }

    /**
     * Makes a listener of a socket that somebody else has bound, and who closes it: this one accepts from it for as
     * long as it is open itself. The socket no longer blocks from now on, for everybody who has it.
     */
    public static Listener on(BoundSocket socket) throws IOException {
        socket.channel().configureBlocking(false);
        return new Listener(socket.channel(), null, true);
    }

    /**
     * Begins to accept, on the loop's thread.
     *
     * @throws IOException if it was closed meanwhile
     */
    public void start(EventLoop loop, Owner first) throws IOException {
        owner = first;
        registration = loop.register(channel, SelectionKey.OP_ACCEPT, this);
    }

    /** Returns the address of a TCP socket. */
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Accepts from now on, or pauses: peers that connect meanwhile wait in the system. */
    public void accepting(boolean on) {
        if (registration != null && registration.isValid()) {
            registration.interest(SelectionKey.OP_ACCEPT, on);
            paused = !on; // Only now: if there was no memory for that, it is ready as before.
        }
    }

    /** Takes the socket of somebody else from the loop's selector, once it is closed here. On the loop's thread. */
    public void release() {
        if (borrowed && closed && registration != null) {
            registration.cancel();
        }
    }

    @Override
    public void ready(Registration ready) {
        Owner current = Objects.requireNonNull(owner);
        try {
            if (!isOpen()) {
                release();
            } else if (!paused) {
                acceptBatch(current);
            }
        } catch (Throwable e) { // Out of descriptors, or of memory for a moment.
            if (isOpen()) {
                current.failed(e);
            }
        }
    }

    /** Returns whether nobody waits any more. */
    private boolean acceptBatch(Owner current) throws IOException {
        for (int i = 0; i < BATCH && isOpen(); i++) {
            SocketChannel accepted = channel.accept();
            if (accepted == null) {
                current.caughtUp();
                return true;
            }
            take(accepted, current);
            if (paused) {
                return false; // The owner takes one at a time.
            }
        }
        return !isOpen();
    }

    private boolean isOpen() {
        return !closed && channel.isOpen();
    }

    /**
     * Accepts some of those who wait already, because the listener is about to be closed: the system would reset the
     * connections of those who are left. Not from a socket that is somebody else's, where they wait for the next one.
     * Called on the loop's thread.
     *
     * @return whether it can be closed; if not, this is to be called again
     */
    public boolean drained() {
        if (borrowed || owner == null) {
            return true;
        }
        paused = false; // Whoever waits for descriptors has no time left for that.
        try {
            return acceptBatch(owner);
        } catch (Throwable e) {
            return true; // It cannot take them in: they would wait in vain.
        }
    }

    private static void take(SocketChannel accepted, Owner owner) {
        try {
            SocketAddress peer = accepted.getRemoteAddress();
            Channels.configure(accepted, peer);
            owner.accepted(new Accepted(accepted, peer));
        } catch (Throwable e) { // The peer is gone already, most of the time.
            Channels.close(accepted);
            Log.debug("connection not admitted: {0}", e);
        }
    }

    @Override
    public void abort(CloseReason reason) {
        if (owner != null) {
            owner.abort(reason);
        }
    }

    /**
     * Takes the file of a Unix domain socket from its path, so that nobody else connects. Not on a loop, because file
     * systems may block; may be called by any other thread.
     */
    public void withdraw() {
        if (file != null) {
            file.withdraw();
        }
    }

    /**
     * Closes the socket, or accepts no more from one that is somebody else's. May be called by any thread.
     */
    public void close() {
        closed = true;
        if (borrowed) {
            return; // The loop takes it from its selector.
        }
        withdraw();
        Channels.close(channel);
    }
}
