package dev.socks5.client.internal.dial;

import dev.socks5.client.internal.report.ConnectEvents;
import dev.socks5.client.internal.report.Stopwatch;
import dev.socks5.codec.Address;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Describes the way to destinations. Immutable.
 *
 * @param hops the proxies, from here to there; at least one
 * @param timeout for dialling and all handshakes together
 * @param firstLeg makes the sockets that are connected to the first proxy; {@code null} for plain ones, which are
 *     channels
 * @param direct the destinations that need no proxy; {@link #NOTHING} if there is a {@code firstLeg}
 * @param preparation of the sockets that are connected to the first proxy, or go direct
 * @param options switch on what is not done otherwise
 * @param resolver looks up the names that this host dials
 * @param events tell of each attempt
 */
public record ProxyPath(
        List<Hop> hops,
        Duration timeout,
        @Nullable SocketFactory firstLeg,
        Predicate<? super Endpoint> direct,
        Preparation preparation,
        Set<Option> options,
        Resolver resolver,
        ConnectEvents events) {

    /** Describes a way that nobody watches, and whose sockets nobody prepares. */
    public ProxyPath(
            List<Hop> hops,
            Duration timeout,
            @Nullable SocketFactory firstLeg,
            Predicate<? super Endpoint> direct,
            Set<Option> options,
            Resolver resolver) {
        this(hops, timeout, firstLeg, direct, Preparation.NONE, options, resolver, ConnectEvents.NONE);
    }

    /** Switches on what a path does only because its user has said so. */
    public enum Option {
        /** Looks up the name of a destination here; without it, the name goes to the last proxy. */
        LOOK_UP_NAMES_HERE,

        /** Takes a resolved address that carries a name for that name; without it, an address means the address. */
        ADDRESSES_STAND_FOR_NAMES,

        /** Reports a {@link Placeholder} where nobody here knows the address; without it, a socket reports none. */
        PLACEHOLDER_ADDRESSES
    }

    /** Lets no destination go direct. */
    public static final Predicate<Endpoint> NOTHING = destination -> false;

    private static final Set<ReplyCode> OF_THE_ADDRESS = Set.of(
            ReplyCode.NETWORK_UNREACHABLE,
            ReplyCode.HOST_UNREACHABLE,
            ReplyCode.CONNECTION_REFUSED,
            ReplyCode.TTL_EXPIRED,
            ReplyCode.ADDRESS_TYPE_NOT_SUPPORTED);

    /** Gives this path behind another one, whose events are not told. */
    public ProxyPath through(ProxyPath first) {
        if (first().isLocal()) {
            throw new IllegalArgumentException(
                    "only the first proxy of a chain can be a Unix domain socket, because the"
                            + " proxy before it could not reach it");
        }
        if (firstLeg != null) {
            throw new IllegalArgumentException("only the first proxy of a chain can have a socket factory");
        }
        if (preparation.hook() != null && first.preparation.hook() == null) {
            throw new IllegalArgumentException(
                    "the socket hook would be lost: give it to the client of the first proxy, which has the sockets");
        }
        if (first.firstLeg != null && !direct.equals(NOTHING)) {
            throw new IllegalArgumentException(
                    "destinations that go direct cannot use the sockets that are for the first proxy");
        }
        hops.forEach(ProxyPath::requireNoZone);
        List<Hop> all = Stream.concat(first.hops.stream(), hops.stream()).collect(Collectors.toList());
        return new ProxyPath(all, timeout, first.firstLeg, direct, first.preparation, options, resolver, events);
    }

    /** Gives the same path for other destinations that go direct. */
    ProxyPath withDirect(Predicate<? super Endpoint> others) {
        return new ProxyPath(hops, timeout, firstLeg, others, preparation, options, resolver, events);
    }

    /** Tells whether a socket for one of two paths will do for the other. */
    boolean sharesSockets(ProxyPath other) {
        return firstLeg == other.firstLeg;
    }

    private static void requireNoZone(Hop hop) {
        @Nullable InetAddress address = hop.address() instanceof InetSocketAddress ip ? ip.getAddress() : null;
        if (address != null && ScopedAddress.needsZone(address)) {
            throw new IllegalArgumentException("the zone of " + address.getHostAddress()
                    + " means something on this host only, and the proxy before it would dial it");
        }
    }

    public Hop first() {
        return hops.get(0);
    }

    public Hop last() {
        return hops.get(hops.size() - 1);
    }

    /** Cuts this path off after the first {@code count} proxies. */
    public ProxyPath upTo(int count) {
        return new ProxyPath(hops.subList(0, count), timeout, firstLeg, direct, preparation, options, resolver, events);
    }

    /** Tells whether any proxy is reached by TLS or is offered further methods, whose messages may be long. */
    boolean hasLongMessages() {
        for (Hop hop : hops) { // No stream: this is done for each connection.
            if (hop.isSecured() || !hop.logins().methods().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Checks that a bare channel can lead along this path. */
    public void requireChannels() {
        if (firstLeg != null) {
            throw new UnsupportedOperationException("a socket from a factory is no channel");
        }
        if (hops.stream().anyMatch(Hop::isSecured)) {
            throw new UnsupportedOperationException("a channel has no place for TLS: use sockets, by connect (on a"
                    + " virtual thread if there are many) or socketFactory");
        }
        if (hops.stream().anyMatch(hop -> hop.logins().mayProtect())) {
            throw noPlaceForProtection();
        }
    }

    /** Makes the exception for when the bytes of a channel would have to be wrapped. */
    public static UnsupportedOperationException noPlaceForProtection() {
        return new UnsupportedOperationException(
                "a channel has no place for the protection that GSSAPI, or another method, may give");
    }

    /** Tells whether a destination that the last proxy is asked for is looked up here. */
    boolean looksUp(Destination destination) {
        return destination.isNamed() && options.contains(Option.LOOK_UP_NAMES_HERE);
    }

    /** Tells whether the first proxy is given by a name. */
    boolean looksUpProxy() {
        return first().address() instanceof InetSocketAddress proxy && proxy.isUnresolved();
    }

    /** Begins to watch an attempt at a request of the last proxy, if anybody wants to know of it. */
    Stopwatch watch(Request request) {
        if (!events.areWanted()) {
            return Stopwatch.OFF;
        }
        boolean looksUp = request.command().equals(Command.BIND) && looksUp(Destination.of(request.destination()));
        return events.begin(request, hops, looksUp || looksUpProxy());
    }

    /** Tells whether a resolved address that carries a name stands for that name. */
    public boolean addressesStandForNames() {
        return options.contains(Option.ADDRESSES_STAND_FOR_NAMES);
    }

    /** Gives the address that a socket reports once it is connected: unresolved if there is no address to report. */
    public InetSocketAddress reported(Destination destination) {
        boolean unknown = destination.address() == null;
        return unknown && options.contains(Option.PLACEHOLDER_ADDRESSES)
                ? new InetSocketAddress(
                        Placeholder.of(destination.endpoint().address().toString()),
                        destination.endpoint().port())
                : destination.peer();
    }

    /** Gives a race among the addresses of the first proxy. May block if it has a name. */
    AddressRace toProxy() throws IOException {
        return new AddressRace(first(), false, first().lookUp(resolver));
    }

    /** Gives a race among the addresses of a destination that goes direct. May block if it is a name. */
    AddressRace toDestination(Destination destination) throws IOException {
        return new AddressRace(destination, true, destination.lookedUp(resolver));
    }

    /**
     * Gives the destinations to ask the last proxy for, one after the other until it succeeds: at least one, and
     * several only for a name that is looked up here. May block then.
     */
    public List<Destination> asSent(Destination destination) throws IOException {
        if (!looksUp(destination)) {
            return List.of(destination.sendable());
        }
        List<Destination> all = new ArrayList<>();
        for (InetSocketAddress address : AddressRace.mostPromising(destination.lookedUp(resolver))) {
            all.add(Destination.of(address.getAddress(), address.getPort()).sendable());
        }
        return List.copyOf(all);
    }

    /** Gives the endpoint to send where several attempts make no sense: the first address of a name. */
    public Endpoint asSent(Endpoint destination) throws IOException {
        return asSent(Destination.of(destination)).get(0).endpoint();
    }

    /** Gives the request to send: only that of a BIND has a destination that may be looked up here. */
    Request asSent(Request request, Stopwatch watch) throws IOException {
        if (!request.command().equals(Command.BIND)) {
            return request;
        }
        watch.lookUpDestination();
        return new Request(Command.BIND, asSent(request.destination()));
    }

    /**
     * Tells whether another address of the destination may succeed, because the last proxy could not connect to this
     * one. Every other refusal has a reason that holds for all of them.
     */
    boolean mayTryAnother(RequestRejectedException refusal) {
        return isByLast(refusal) && OF_THE_ADDRESS.contains(refusal.reply().code());
    }

    /** Tells whether the last proxy has refused, and not one on the way to it. */
    boolean isByLast(RequestRejectedException refusal) {
        return refusal.proxy().filter(last().endpoint()::equals).isPresent();
    }

    /**
     * Gives the address at which the last proxy listens (BND.ADDR and BND.PORT), as its predecessor has to know it.
     * Looks nothing up.
     *
     * @param socket the connection by which the reply came
     */
    public Endpoint bound(Reply reply, Socket socket) {
        return reply.bound().relativeTo(lastAddress(socket));
    }

    /** Gives the address of the last proxy's relay: only the port counts if the proxy's user has said so. */
    public Endpoint relay(Reply reply, Socket socket) {
        return last().relayAtItsAddress()
                ? new Endpoint(lastAddress(socket), reply.bound().port())
                : bound(reply, socket);
    }

    /** Gives the last proxy's own address, by which it has been reached. A factory's socket may not know it. */
    private Address lastAddress(Socket socket) {
        @Nullable InetAddress reached = socket.getInetAddress();
        return hops.size() == 1 && reached != null
                ? Address.of(reached)
                : last().endpoint().address();
    }

    /** Makes the exception for when time is up in a handshake. */
    public SocketTimeoutException waitingFor(int hop) {
        return new SocketTimeoutException("waiting for " + hops.get(hop));
    }

    /** Makes the exception for when time is up, wherever that was. */
    public SocketTimeoutException timedOut(Request request, Duration limit, Throwable cause) {
        String what = request.command().equals(Command.CONNECT)
                ? "no tunnel to " + request.destination()
                : "no answer to " + request.command();
        String message = String.format("%s through the proxy %s within %d ms", what, this, limit.toMillis());
        boolean severalProxies = hops.size() > 1 && cause.getMessage() != null;
        boolean severalAddresses = cause.getSuppressed().length > 0;
        boolean saysMore = severalProxies || severalAddresses;
        return (SocketTimeoutException)
                new SocketTimeoutException(saysMore ? message + ", " + cause.getMessage() : message).initCause(cause);
    }

    /** Names the proxies, and no logins. */
    @Override
    public String toString() {
        return hops.stream().map(Hop::toString).collect(Collectors.joining(", "));
    }
}
