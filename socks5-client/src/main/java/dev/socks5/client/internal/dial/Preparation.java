package dev.socks5.client.internal.dial;

import dev.socks5.client.SocketHook;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Has the hook of a client prepare its sockets before they are connected.
 *
 * @param hook {@code null} if nobody wants to: nothing is done then
 */
public record Preparation(@Nullable SocketHook hook) {

    public static final Preparation NONE = new Preparation(null);

    /** Prepares a channel; one for a path is left alone. */
    void of(SocketChannel channel, SocketAddress target) throws IOException {
        if (hook != null && target instanceof InetSocketAddress) {
            of(channel.socket(), target);
        }
    }

    /** Prepares a socket; one for a path is left alone. */
    void of(Socket socket, SocketAddress target) throws IOException {
        if (hook == null || !(target instanceof InetSocketAddress ip)) {
            return;
        }
        socket.getSoTimeout(); // A socket of a factory gets its descriptor only now, and a hook is all about that.
        try {
            hook.prepare(socket, ip.getAddress());
        } catch (IOException e) {
            throw refused(e);
        }
        requireOpen(socket.isClosed());
    }

    /** Prepares the socket of an association. */
    public void of(DatagramSocket socket, InetSocketAddress relay) throws IOException {
        if (hook == null) {
            return;
        }
        try {
            hook.prepare(socket, relay.getAddress());
        } catch (IOException e) {
            throw refused(e);
        }
        requireOpen(socket.isClosed());
    }

    /** The next step would fail anyway, but by an exception that does not name the hook. */
    private static void requireOpen(boolean closed) throws IOException {
        if (closed) {
            throw new LocalException("the socket was closed while the socket hook prepared it");
        }
    }

    /** Makes a failure of no kind that would be taken for a timeout or for an answer of the target. */
    private static IOException refused(IOException e) {
        return new LocalException("the socket hook has refused: " + e.getMessage(), e);
    }
}
