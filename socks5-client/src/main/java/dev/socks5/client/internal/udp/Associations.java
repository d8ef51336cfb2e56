package dev.socks5.client.internal.udp;

import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.Hop;
import dev.socks5.client.internal.dial.ProxyPath;
import dev.socks5.client.internal.layer.Closing;
import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.client.internal.layer.ProxiedSocket;
import dev.socks5.client.internal.platform.Threads;
import dev.socks5.codec.Command;
import dev.socks5.codec.DatagramPath;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Request;
import dev.socks5.codec.Socks5Exception;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds an association with each proxy of a path, as datagrams along it need them: the second is asked for through the
 * first, and so on. Each lasts as long as the connection by which it was asked for (RFC 1928 section 7).
 */
final class Associations {

    private final ProxyPath path;
    private final List<ProxiedSocket> controls = new ArrayList<>();
    private final List<DatagramPath.Relay> relays = new ArrayList<>();

    private Associations(ProxyPath path) {
        this.path = path;
    }

    /** Opens all of them, or none. */
    static Associations open(ProxyPath path) throws IOException {
        if (path.first().isLocal()) {
            throw new NoRouteToHostException(
                    "datagrams have no way to the proxy " + path.first() + ", which listens on a Unix domain socket");
        }
        Associations associations = new Associations(path);
        try {
            Deadline deadline = Deadline.after(path.timeout());
            for (int count = 1; count <= path.hops().size(); count++) {
                associations.add(path.upTo(count), deadline);
            }
            return associations;
        } catch (Throwable e) {
            associations.close();
            throw e;
        }
    }

    private void add(ProxyPath part, Deadline deadline) throws IOException {
        Dialer dialer = new Dialer(part);
        Request request = new Request(Command.UDP_ASSOCIATE, Endpoint.UNSPECIFIED);
        try {
            relays.add(dialer.request(
                    request, Duration.ofMillis(deadline.remainingMillis()), answer -> relay(part, answer)));
        } catch (Socks5Exception e) {
            throw path.hops().size() == 1 ? e : failed(part, e);
        }
    }

    private DatagramPath.Relay relay(ProxyPath part, Dialer.Answer answer) throws IOException {
        Socket control = answer.socket().socket();
        controls.add(answer.socket());
        control.setSoTimeout(0); // A factory may have set one, and that would be taken for the end.
        control.setKeepAlive(true); // Else a proxy that vanishes without a word would never be missed.
        requireUsable(answer.reply().bound(), part.last());
        return new DatagramPath.Relay(
                part.relay(answer.reply(), control), answer.handshake().protection());
    }

    /** Refuses a name: it is not for a proxy to decide that its name is looked up here. */
    private static void requireUsable(Endpoint relay, Hop proxy) throws MalformedMessageException {
        if ((relay.isName() && !proxy.relayAtItsAddress()) || relay.port() == 0) {
            throw new MalformedMessageException("the proxy gives no address for its relay, but " + relay);
        }
    }

    private static IOException failed(ProxyPath part, Socks5Exception e) {
        int before = part.hops().size() - 1;
        String through = before == 0 ? "" : " through " + part.upTo(before);
        return new IOException("no association with the proxy " + part.last() + through + ": " + e.getMessage(), e);
    }

    /** Gives the address that datagrams have to come from: the proxy knows the connection by it. */
    InetAddress localAddress() {
        return controls.get(0).socket().getLocalAddress();
    }

    /** Gives the relays that a datagram passes. */
    List<DatagramPath.Relay> relays() {
        return relays;
    }

    /** Gives the address of the first relay as the system's socket has to know it. */
    InetSocketAddress firstRelay() throws NoRouteToHostException {
        Endpoint relay = relays.get(0).address();
        if (relay.isName()) { // A wildcard of a proxy whose address only the socket's factory knows.
            throw new NoRouteToHostException(
                    String.format("the relay %s of the proxy %s has no known address", relay, path.first()));
        }
        InetSocketAddress first = relay.unmapped().toInetSocketAddress();
        if (!first.getAddress().getClass().equals(localAddress().getClass())) {
            throw new NoRouteToHostException(String.format(
                    "the relay %s of the proxy %s cannot be reached from %s",
                    relay, path.first(), localAddress().getHostAddress()));
        }
        @Nullable InetAddress proxy = controls.get(0).socket().getInetAddress();
        // The address that the socket knows has its scope.
        return first.getAddress().equals(proxy) ? new InetSocketAddress(proxy, first.getPort()) : first;
    }

    /**
     * Watches for the end of any of them.
     *
     * @param ended gets the proxy that has ended its association, on a thread of its own; also after {@link #close()}
     */
    void watch(Consumer<Hop> ended) {
        for (int i = 0; i < controls.size(); i++) {
            Socket control = controls.get(i).socket();
            Hop proxy = path.hops().get(i);
            Threads.start("socks5-association", () -> {
                try {
                    awaitEnd(control);
                } finally {
                    ended.accept(proxy);
                }
            });
        }
    }

    /**
     * Waits for the end. Nothing has to come by this connection any more, and bytes that do come are dropped. So no
     * protection is taken off: the end shows below it.
     */
    private static void awaitEnd(Socket control) {
        byte[] ignored = new byte[64];
        try {
            while (control.getInputStream().read(ignored) >= 0) {
                // Still there.
            }
        } catch (IOException e) {
            // An end as well.
        }
    }

    void close() {
        controls.forEach(Closing::quietly);
    }
}
