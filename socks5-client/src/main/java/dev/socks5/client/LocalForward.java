package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import java.io.Closeable;
import java.net.InetSocketAddress;

/**
 * Listens on a local address, and carries each connection that comes there through the proxy to one destination: the
 * idea of {@code ssh -L}, for programs that cannot be told of a proxy.
 *
 * <pre>{@code
 * InetSocketAddress local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0); // any free port
 * try (LocalForward forward = client.forward(local, Endpoint.of("db.internal", 5432))) {
 *     start("psql", "--host=127.0.0.1", "--port=" + forward.localAddress().getPort());
 * }
 * }</pre>
 *
 * <p><strong>It asks for no login: whoever can reach the local address uses the proxy with this client's
 * login</strong>, on a loopback address every user of the same host. The connections are those of
 * {@link Socks5Client#connect(Endpoint)}: a name goes to the proxy, which is connected to anew for each.
 *
 * <ul>
 *   <li>A local connection is accepted before the destination is connected to. If that fails, the local connection is
 *       reset, so that nobody takes it for an empty answer. A {@link Socks5ClientListener} hears of the failure.
 *   <li>An end of the output passes on as that, in each direction by itself. A reset, or any other failure of one side,
 *       passes on as a reset.
 *   <li>A side that takes nothing holds up the other one.
 *   <li>Once one direction has ended, both sides are reset if the other direction brings nothing for 2 minutes.
 *   <li>At most 256 connections are carried at a time. Further ones wait in the system's queue.
 *   <li>If a connection cannot be accepted, because the process has no descriptors left for example, it goes on after a
 *       short pause.
 * </ul>
 *
 * <p>It has one thread, and two more for each connection: virtual ones where the JVM has them, else daemons. It is safe
 * for use by several threads at once. {@link Socks5Client#forward} makes it.
 */
public interface LocalForward extends Closeable {

    /**
     * Gives the address on which it listens, also after it has been closed.
     *
     * @return an address with the port that was given or, if that was 0, the one that the system has chosen
     */
    InetSocketAddress localAddress();

    /**
     * Stops listening, resets every connection, and waits for its threads to end: 5 seconds at most, if a look-up holds
     * one up. If the calling thread is interrupted, this method waits no longer and keeps the interrupt status. Does
     * nothing the second time.
     */
    @Override
    void close();
}
