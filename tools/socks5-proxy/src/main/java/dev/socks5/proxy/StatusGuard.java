package dev.socks5.proxy;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Ipv6Address;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRule;
import dev.socks5.server.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.function.Supplier;

/**
 * Keeps clients away from the address where programs ask for the status, whatever the rules allow: they are let reach
 * loopback, or a network of the operator's own, for other things.
 */
final class StatusGuard implements AccessRule {

    private static final Verdict REFUSED = Verdict.deny("where this server tells its status");

    private final Supplier<InetSocketAddress> status;
    private final AccessRule rules;

    /**
     * Puts the guard before rules.
     *
     * @param status where the status is told, with its real port; asked once clients can come
     */
    StatusGuard(Supplier<InetSocketAddress> status, AccessRule rules) {
        this.status = status;
        this.rules = rules;
    }

    @Override
    public Verdict judge(AccessRequest request) {
        boolean refused = reachesStatus(request)
                || request.insideIsatap().filter(this::reachesStatus).isPresent();
        return refused ? REFUSED : rules.judge(request);
    }

    private boolean reachesStatus(AccessRequest request) {
        Endpoint destination = request.resolved();
        InetSocketAddress own = status.get();
        return destination != null
                && !destination.isName() // Another proxy looks it up, in its own network.
                && destination.port() == own.getPort()
                && !request.command().equals(Command.UDP_ASSOCIATE) // The same port of UDP is somebody else's.
                && reaches(own.getAddress(), target(destination));
    }

    private static InetAddress target(Endpoint destination) {
        Endpoint inside = destination.address() instanceof Ipv6Address v6
                        && v6.embeddedIpv4().isPresent()
                ? new Endpoint(v6.embeddedIpv4().get(), destination.port())
                : destination;
        return inside.toInetSocketAddress().getAddress();
    }

    private static boolean reaches(InetAddress own, InetAddress target) {
        if (target.isAnyLocalAddress()) {
            return true; // Most systems take it for loopback.
        }
        return own.isAnyLocalAddress() ? isLocal(target) : own.equals(target);
    }

    private static boolean isLocal(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true; // It cannot be told: fail safe.
        }
    }

    @Override
    public boolean mayBlock() {
        return rules.mayBlock();
    }

    /** Lists the rules behind it. */
    @Override
    public String toString() {
        return rules.toString();
    }
}
