package dev.socks5.simulation.network;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;

/** The addresses of the simulated host, and of its sockets. */
final class Addresses {

    static final InetAddress ANY4 = parse(new byte[4]);
    static final InetAddress ANY6 = parse(new byte[16]);
    private static final InetAddress LOOPBACK4 = parse(new byte[] {127, 0, 0, 1});
    private static final InetAddress LOOPBACK6 = parse(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    private final List<InetAddress> own;

    Addresses(List<InetAddress> own) {
        this.own = List.copyOf(own);
    }

    private static InetAddress parse(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the address as a system gives it, which knows no names. */
    static InetAddress withoutName(InetAddress address) {
        return parse(address.getAddress());
    }

    static boolean isIpv4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    static InetAddress any(ProtocolFamily family) {
        return family == StandardProtocolFamily.INET ? ANY4 : ANY6;
    }

    /** Checks an address that a socket is given, as the JDK does. */
    static InetSocketAddress check(SocketAddress address, ProtocolFamily family) {
        if (!(address instanceof InetSocketAddress internet)) {
            throw new UnsupportedAddressTypeException();
        }
        if (internet.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        if (family == StandardProtocolFamily.INET && internet.getAddress() instanceof Inet6Address) {
            throw new UnsupportedAddressTypeException();
        }
        return internet;
    }

    /** Puts loopback in the place of 0.0.0.0 and ::, to which systems connect as to themselves. */
    static InetSocketAddress target(InetSocketAddress address) {
        if (!address.getAddress().isAnyLocalAddress()) {
            return address;
        }
        return new InetSocketAddress(isIpv4(address.getAddress()) ? LOOPBACK4 : LOOPBACK6, address.getPort());
    }

    boolean isOwn(InetAddress address) {
        return address.isLoopbackAddress() || own.contains(address);
    }

    /** Finds the own address that packets to another leave from. */
    InetAddress towards(InetAddress peer) throws SocketException {
        if (isOwn(peer)) {
            return withoutName(peer);
        }
        for (InetAddress address : own) {
            if (isIpv4(address) == isIpv4(peer)) {
                return address;
            }
        }
        throw new SocketException("Network is unreachable");
    }
}
