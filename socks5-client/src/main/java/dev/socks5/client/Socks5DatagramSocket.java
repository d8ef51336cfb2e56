package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends and receives datagrams through a proxy, or several in a row: UDP ASSOCIATE (RFC 1928 section 7). It is an
 * ordinary {@link DatagramSocket} for code that takes one; what goes over the network has a header, which it puts on
 * and takes off. {@link Socks5Client#associate()} makes it.
 *
 * <pre>{@code
 * try (DatagramSocket socket = client.associate()) {
 *     socket.setSoTimeout(5_000);
 *     socket.send(new DatagramPacket(query, query.length, InetAddress.getByName("192.0.2.53"), 53));
 *     socket.receive(answer);
 * }
 * }</pre>
 *
 * <p>It differs from the JDK's own sockets:
 *
 * <ul>
 *   <li>{@link #send(Endpoint, byte[], int, int)} sends to a name, which the proxy looks up. The destination of a
 *       {@link DatagramPacket} is its IP address, and the packet is left as it is. If that address has a zone,
 *       {@link #send(DatagramPacket)} throws {@link java.net.NoRouteToHostException}: another host has other zones.
 *   <li>There is less room for data: {@link #greatestPayload(Endpoint)} says how much. Data that are too long, and a
 *       relay that cannot be reached (see {@link Socks5ClientBuilder#relayAtProxyAddress()}), are a
 *       {@link SocketException}.
 *   <li>{@link #connect(SocketAddress)} sets the destination, and from whom datagrams are received. The proxy is not
 *       told, and nothing is sent. An address that is unresolved or has port 0 is a {@link SocketException}.
 *   <li>Only what comes from the proxy's relay is received. Whatever else comes is dropped, and so are datagrams whose
 *       header is malformed, or says that they are fragments. {@link #receive(DatagramPacket)} also drops datagrams
 *       whose source the proxy gives by name, because a packet has no place for a name: {@link #receive(ByteBuffer)}
 *       takes them.
 *   <li>{@link #getSoTimeout()} limits a whole call, however many datagrams are dropped meanwhile.
 *   <li>When the proxy ends the association, the socket is closed. Threads that wait in it, and all that call it later,
 *       get a {@link SocketException} that says so. {@link #close()} ends the association.
 *   <li>It must be closed: the garbage collector does not do it.
 *   <li>Multicast groups cannot be joined.
 *   <li>As with the JDK's own, an interrupt ends no call, unless the thread is virtual: that closes the socket.
 * </ul>
 *
 * <p>Datagrams are not encrypted, even if the connection to the proxy is: where TLS protects that, it protects the
 * login and no data. But the protection that {@linkplain Socks5ClientBuilder#gssapi GSSAPI} gives holds for datagrams,
 * too (RFC 1961 section 5): a datagram that a proxy has not protected, or that has come before, is dropped.
 *
 * <p>Safe for use by several threads at once.
 */
public abstract class Socks5DatagramSocket extends DatagramSocket {

    /**
     * Opens the socket.
     *
     * @param local the address to bind it to; {@code null} if it is bound later
     * @throws SocketException if it cannot be opened or bound
     */
    protected Socks5DatagramSocket(@Nullable InetSocketAddress local) throws SocketException {
        super(local);
    }

    /**
     * Sends a datagram through the proxy, which looks a name up.
     *
     * @param destination where to; a name is looked up here only if {@link Socks5ClientBuilder#lookUpNamesHere()} says
     *     so
     * @param data holds the data
     * @param offset where they begin
     * @param length the number of bytes, 0 to {@link #greatestPayload(Endpoint)}
     * @throws IllegalArgumentException if this socket is connected to another destination
     * @throws SocketException if the data are too long, the relay cannot be reached (see
     *     {@link Socks5ClientBuilder#relayAtProxyAddress()}), the socket is closed, or the proxy has ended the
     *     association
     * @throws IOException if it cannot be sent
     */
    public abstract void send(Endpoint destination, byte[] data, int offset, int length) throws IOException;

    /**
     * Receives a datagram, and tells its source as the proxy does.
     *
     * @param into gets the data; what is longer than its remaining space is lost
     * @return the source; an IP address, unless the proxy gives a name
     * @throws IllegalArgumentException if the buffer is read-only
     * @throws SocketTimeoutException if there is none within {@link #getSoTimeout()}, however many are dropped
     *     meanwhile
     * @throws SocketException if the socket is closed, or the proxy has ended the association
     * @throws IOException if anything else fails
     */
    public abstract Endpoint receive(ByteBuffer into) throws IOException;

    /**
     * Gives the greatest number of bytes of data in a datagram: 65,507, less a header for each proxy and what its
     * protection takes, if there is any. The network may carry less.
     *
     * @param destination where to; a name takes more room than an address
     * @return 65,245 or more through one proxy without protection
     */
    public abstract int greatestPayload(Endpoint destination);
}
