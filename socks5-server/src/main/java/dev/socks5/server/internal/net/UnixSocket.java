package dev.socks5.server.internal.net;

import dev.socks5.server.ClientAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.net.ExtendedSocketOptions;

/**
 * A Unix domain socket that listens, and the file by which it is reached.
 *
 * <p>The system makes that file as soon as the socket is bound, with permissions of its own choice, and from then on
 * whoever may write to it can connect. So it is bound in a folder that only this user may enter, gets its permissions
 * there, and is then linked to its path: a link replaces nothing, whoever is faster. See ADR 22.
 */
final class UnixSocket {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /** Short names: a path has some 100 bytes, and the name of the folder comes on top of it. */
    private static final int NAMES = 36 * 36 * 36;

    /** The bits of a file's mode that hold its type, and the type of a socket (POSIX, sys/stat.h). */
    private static final int TYPE = 0xF000;

    private static final int SOCKET = 0xC000;

    private static final int TRIES = 8;

    /** Whether that has been logged: once is enough. */
    private static final AtomicBoolean USER_NOT_KNOWN = new AtomicBoolean();

    private final Network network;
    private final ServerSocketChannel channel;
    private final Path path;
    private final Path hidden;
    private final Object key;
    private final AtomicBoolean withdrawn = new AtomicBoolean();

    private UnixSocket(Network network, ServerSocketChannel channel, Path path, Path hidden, Object key) {
        this.network = network;
        this.channel = channel;
        this.path = path;
        this.hidden = hidden;
        this.key = key;
    }

    /**
     * Binds a socket that is at its path, with its permissions.
     *
     * @param path absolute
     * @param backlog how many may wait
     * @throws BindException if somebody listens there, or there is a file that is no socket
     * @throws IOException if it cannot be bound otherwise, as where there is no such folder
     */
    static UnixSocket bind(Network network, Path path, Set<PosixFilePermission> permissions, int backlog)
            throws IOException {
        UnixSocket socket = hidden(network, path, permissions, backlog);
        try {
            socket.publish();
        } catch (Throwable e) {
            Channels.close(socket.channel);
            throw e;
        } finally {
            socket.tidyUp();
        }
        return socket;
    }

    /**
     * Binds a socket that nobody but this user can reach yet. Either {@link #tidyUp} follows, or it has failed. Its
     * name is that of the path, for one that is too long fails here: a link to it could be made, and used by nobody.
     */
    static UnixSocket hidden(Network network, Path path, Set<PosixFilePermission> permissions, int backlog)
            throws IOException {
        Path folder = makeFolder(network, Objects.requireNonNull(path.getParent()));
        Path file = folder.resolve(path.getFileName());
        try {
            ServerSocketChannel channel = network.sockets().openServerSocketChannel(StandardProtocolFamily.UNIX);
            try {
                channel.configureBlocking(false);
                channel.bind(UnixDomainSocketAddress.of(file), backlog);
                Files.setPosixFilePermissions(file, permissions);
                return new UnixSocket(network, channel, path, file, key(file));
            } catch (Throwable e) {
                Channels.close(channel);
                throw e;
            }
        } catch (Throwable e) {
            remove(file);
            remove(folder);
            throw e;
        }
    }

    private static Path makeFolder(Network network, Path parent) throws IOException {
        for (int i = 1; ; i++) {
            Path folder = parent.resolve("." + Integer.toString(network.random(NAMES), Character.MAX_RADIX));
            try {
                return Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            } catch (FileAlreadyExistsException e) {
                if (i == TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Makes it reachable at its path, in place of a socket that nobody listens on any more. */
    void publish() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            try {
                Files.createLink(path, hidden);
                return;
            } catch (FileAlreadyExistsException e) {
                removeStale();
            }
        }
        throw new BindException("others bind there at the same time");
    }

    /** Removes the socket that nobody listens on. Whatever else is found there stays, or is put back. */
    private void removeStale() throws IOException {
        Path aside = hidden.resolveSibling(hidden.endsWith("r") ? "s" : "r");
        try {
            requireStale(path);
            Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return; // Somebody else has removed it.
        }
        try {
            requireStale(aside); // Another file may have come there meanwhile.
        } catch (Throwable e) {
            Files.move(aside, path);
            throw e;
        }
        Files.delete(aside);
    }

    private void requireStale(Path file) throws IOException {
        if (((int) attribute(file, "mode") & TYPE) != SOCKET) {
            throw new BindException("there is a file that is no socket, and it is left alone");
        }
        try (SocketChannel probe = network.sockets().openSocketChannel(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(file));
        } catch (ConnectException e) {
            return; // Refused: nobody listens.
        } catch (SocketException e) { // Too many wait there, or this process may not connect.
            throw new BindException("somebody may be listening there: " + e.getMessage());
        }
        throw new BindException("somebody is listening there");
    }

    /** Identifies a file, for as long as it exists. */
    private static Object key(Path file) throws IOException {
        return attribute(file, "fileKey");
    }

    /** Reads an attribute of what a path names itself: a symbolic link is not followed. */
    private static Object attribute(Path file, String name) throws IOException {
        return Objects.requireNonNull(Files.getAttribute(file, "unix:" + name, LinkOption.NOFOLLOW_LINKS));
    }

    /** Removes the folder that it was bound in. */
    void tidyUp() {
        remove(hidden);
        remove(Objects.requireNonNull(hidden.getParent()));
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException | RuntimeException e) {
            Log.debug("left behind: {0}", e);
        }
    }

    ServerSocketChannel channel() {
        return channel;
    }

    /**
     * Removes the file from its path, unless it is another one by now. That can be told only while the socket is open,
     * because afterwards the system may give the key of the file to a new one: so only the first call does anything.
     */
    void withdraw() {
        try {
            if (withdrawn.compareAndSet(false, true) && key.equals(key(path))) {
                Files.delete(path);
            }
        } catch (IOException | RuntimeException | Error e) {
            Log.debug("the path of a socket was not removed: {0}", e);
        }
    }

    /** Names the client of a connection that came by such a socket. */
    static ClientAddress client(SocketChannel channel) {
        try {
            return new ClientAddress.Unix(Peer.user(channel));
        } catch (LinkageError | UnsupportedOperationException | IOException e) {
            if (USER_NOT_KNOWN.compareAndSet(false, true)) {
                Log.warn("users of local clients are not known: is the module jdk.net there?", e);
            }
            return new ClientAddress.Unix(null);
        }
    }

    /** Uses the module {@code jdk.net}, which may be missing: whoever calls it expects a {@link LinkageError}. */
    private static final class Peer {

        static String user(SocketChannel channel) throws IOException {
            return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        }
    }
}
