package dev.socks5.server.transport;

import dev.socks5.codec.ReplyCode;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRule;
import dev.socks5.server.Policy;
import dev.socks5.server.Route;
import java.io.IOException;
import java.util.Objects;

/**
 * Reaches destinations by something else than a socket of the server: a channel of SSH, a WebSocket, a handler in this
 * JVM. {@link Route#by} makes a route of it. Called by several threads at once.
 *
 * <pre>{@code
 * Dialer ssh = request -> {
 *     Endpoint target = request.target();
 *     DirectConnection channel = client.newDirectConnection(target.address().toString(), target.port());
 *     return Transport.of(channel.getInputStream(), channel.getOutputStream(), channel);
 * };
 * Socks5Server.builder().connector(Connector.always(Route.by(ssh)))
 * }</pre>
 *
 * <p>One that answers by a future needs no thread meanwhile. This one goes by a client of this library, through another
 * proxy:
 *
 * <pre>{@code
 * Dialer other = Dialer.nonBlocking(
 *         request -> Transport.when(client.connectAsync(request.target()), Transport::of));
 * }</pre>
 *
 * <p>A dialler is asked only for what the {@link AccessRule} and the server's defaults let pass. The client is told of
 * success once there is a {@link Transport}, and of a failure by the reply that belongs to the exception:
 *
 * <table>
 * <caption>Replies for exceptions, also for those that a future fails with</caption>
 * <tr><th>exception</th><th>reply</th></tr>
 * <tr><td>{@link DialException}</td><td>its code</td></tr>
 * <tr><td>{@link dev.socks5.codec.RequestRejectedException}, of another proxy</td>
 *     <td>the code of that proxy, if it is 02 to 06 or 08; else 01</td></tr>
 * <tr><td>{@link java.net.ConnectException}</td><td>05, connection refused</td></tr>
 * <tr><td>{@link java.net.UnknownHostException}, {@link java.nio.channels.UnresolvedAddressException},
 *     {@link java.net.SocketTimeoutException}, {@link java.util.concurrent.TimeoutException}</td>
 *     <td>04, host unreachable</td></tr>
 * <tr><td>{@link java.net.NoRouteToHostException}, any other {@link java.net.SocketException} except
 *     {@link java.net.BindException}</td><td>03, network unreachable</td></tr>
 * <tr><td>any other, and {@code null} instead of a transport</td>
 *     <td>01, general failure; logged as a warning, if it is no {@link IOException}</td></tr>
 * </table>
 *
 * <p>Listeners get the message of an expected exception as the reason, escaped; it should hold no secret. The log has
 * the exception itself, at debug level. An {@link java.io.UncheckedIOException} counts as its cause.
 */
@FunctionalInterface
public interface Dialer extends Policy {

    /**
     * Reaches a destination, for CONNECT. The time limit for connecting goes on: a transport that comes later is
     * closed, and a future that nobody waits for any more is cancelled. Nobody waits either once the client has reset
     * its connection; the end of its output alone means so only with
     * {@link dev.socks5.server.Socks5ServerBuilder#hangUpOnEarlyEnd}.
     *
     * <p>May block if {@link #mayBlock} says so, as it does unless overridden or {@link #nonBlocking} is used: it is
     * called on the executor of the server then, see {@link dev.socks5.server.Socks5ServerBuilder#executor}. If not, it
     * is called on an event loop, and has to return promptly.
     *
     * @param request the request, and where it may lead
     * @return the way to the destination, or a future of it ({@link Transport#when}). It belongs to the server, which
     *     closes it in any case
     * @throws IOException if the destination cannot be reached; see above
     */
    Transport dial(DialRequest request) throws IOException;

    /**
     * Makes a way for the datagrams of one association, for UDP ASSOCIATE. Called as {@link #dial} is. Every
     * destination is judged by the {@link AccessRule} before anything is sent to it.
     *
     * @param request the request for the association, without any destination
     * @param answers takes the datagrams that come back
     * @return the way, which belongs to the server
     * @throws IOException if there is none; unless overridden, a {@link DialException} with reply 07
     */
    default DatagramTransport associate(AccessRequest request, DatagramTransport.Receiver answers) throws IOException {
        throw new DialException(ReplyCode.COMMAND_NOT_SUPPORTED, "this way out is for connections alone");
    }

    /**
     * Says of a dialler that it never blocks, which a lambda cannot say of itself: one that answers by a future, or has
     * its client served in this JVM.
     *
     * @param dialer returns promptly
     * @return a dialler that does the same, and is called on an event loop
     */
    static Dialer nonBlocking(Dialer dialer) {
        Objects.requireNonNull(dialer, "dialer");
        return new Dialer() {
            @Override
            public Transport dial(DialRequest request) throws IOException {
                return dialer.dial(request);
            }

            @Override
            public DatagramTransport associate(AccessRequest request, DatagramTransport.Receiver answers)
                    throws IOException {
                return dialer.associate(request, answers);
            }

            @Override
            public boolean mayBlock() {
                return false;
            }

            @Override
            public String toString() {
                return dialer.toString();
            }
        };
    }
}
