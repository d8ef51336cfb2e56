package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Listens at a proxy in this program's place, for one connection: BIND (RFC 1928 section 6).
 *
 * <pre>{@code
 * try (RemoteListener listener = client.bind(Endpoint.of("192.0.2.1", 0))) {
 *     tellThePeer(listener.address());
 *     try (Socket socket = listener.accept(Duration.ofSeconds(30))) {
 *         socket.getInputStream().transferTo(out);
 *     }
 * }
 * }</pre>
 *
 * <p>It has to be closed unless the connection was accepted. Safe for use by several threads at once, but only one may
 * wait in it. {@link Socks5Client#bind(Endpoint)} makes it.
 */
public interface RemoteListener extends Closeable {

    /**
     * Gives the address at which the proxy listens (BND.ADDR and BND.PORT of its first reply): the peer has to be told
     * it. Where the proxy sends 0.0.0.0 or {@code ::}, this is the proxy's own address, as it has been reached. A name
     * that the proxy sends is given as it is: nothing looks it up.
     *
     * @return the address, and a name only if the proxy sends one or, at the end of a chain, is known by one
     */
    Endpoint address();

    /**
     * Waits for the connection as long as the proxy does, but 24 days at most; see {@link #accept(Duration)}.
     *
     * @return the connection
     * @throws IOException as {@link #accept(Duration)} throws it
     */
    default Socket accept() throws IOException {
        return accept(Duration.ofMillis(Integer.MAX_VALUE));
    }

    /**
     * Waits for the connection. There is only one. It is the caller's then: closing this listener does not close it.
     *
     * @param limit positive, at most {@link Integer#MAX_VALUE} milliseconds (24 days)
     * @return the connection, a socket like those of {@link Socks5Client#connect(Endpoint)}. Its
     *     {@link Socket#getRemoteSocketAddress()} is the peer that the proxy has named; it is for the proxy to check
     *     whether that is the one expected, and not all proxies do.
     * @throws SocketTimeoutException if nobody has connected within the limit. The listener is left as it is, and this
     *     method may be called again.
     * @throws dev.socks5.codec.RequestRejectedException if the proxy has given up
     * @throws dev.socks5.codec.MalformedMessageException if the proxy has ended the connection, or has sent no reply
     *     but something else
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
     * @throws java.net.SocketException if this listener is closed, or another thread closes it
     * @throws IOException if anything else fails; in every case but the first the listener is closed
     * @throws IllegalArgumentException if the limit is out of range
     * @throws IllegalStateException if the connection was accepted before, or another thread waits for it
     */
    Socket accept(Duration limit) throws IOException;

    /**
     * Has the proxy listen no more. A thread that waits gets a {@link java.net.SocketException}. Does nothing if the
     * connection was accepted.
     *
     * @throws IOException if the connection to the proxy cannot be closed
     */
    @Override
    void close() throws IOException;
}
