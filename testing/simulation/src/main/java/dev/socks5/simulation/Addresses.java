package dev.socks5.simulation;

import dev.socks5.simulation.Visit.Target;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Who lives where. Ports are made of the visit's number, so that an address says whose it is. */
final class Addresses {

    static final int SOCKS = 1080;
    static final InetAddress SERVER_IPV4 = ip(203, 0, 113, 1);
    static final InetAddress SERVER_IPV6 = ipv6(0, 1);
    static final List<InetAddress> SERVER = List.of(SERVER_IPV4, SERVER_IPV6);
    static final InetAddress BALANCER = ip(198, 51, 100, 250);
    static final InetAddress STRANGER = ip(198, 51, 100, 66);
    static final InetAddress INSIDE = ip(10, 0, 0, 77);

    static final InetAddress REFUSING = ip(192, 0, 2, 50);
    static final InetAddress UNREACHABLE = ip(192, 0, 2, 100);
    static final InetAddress SILENT = ip(192, 0, 2, 150);

    private static final int FIRST_CLIENT = 10_000;
    private static final int FIRST_TARGET = 30_000;
    private static final int IPV6_HOST = 3;

    private Addresses() {}

    static InetSocketAddress client(Visit visit) {
        InetAddress host = visit.host() == IPV6_HOST ? ipv6(0xC, 1) : ip(198, 51, 100, 1 + visit.host());
        return new InetSocketAddress(host, FIRST_CLIENT + visit.id());
    }

    /** Returns the address that the server is reached at from another. */
    static InetSocketAddress server(InetAddress from) {
        return new InetSocketAddress(from instanceof Inet4Address ? SERVER_IPV4 : SERVER_IPV6, SOCKS);
    }

    static InetSocketAddress upstream(int hop) {
        return new InetSocketAddress(ip(192, 0, 2, 200 + hop), SOCKS);
    }

    static int port(Visit visit) {
        return visit.targets().contains(Target.THE_SERVER) ? SOCKS : FIRST_TARGET + visit.id();
    }

    /** Returns the number of the visit that a target's port belongs to; -1 for none. */
    static int visit(int port) {
        return port >= FIRST_TARGET ? port - FIRST_TARGET : -1;
    }

    static InetSocketAddress target(Visit visit, int index) {
        InetAddress address = switch (visit.targets().get(index)) {
            case OPEN -> ip(192, 0, 2, 1 + index);
            case OPEN_IPV6 -> ipv6(1, 1 + index);
            case REFUSED -> REFUSING;
            case UNREACHABLE -> UNREACHABLE;
            case SILENT -> SILENT;
            case DENIED -> ip(192, 0, 3, 1 + index);
            case PRIVATE -> ip(10, 0, 0, 1 + index);
            case METADATA -> ip(169, 254, 169, 254);
            case EXCEPTED -> ip(10, 9, 9, 1 + index);
            case THE_SERVER -> SERVER_IPV4;
        };
        return new InetSocketAddress(address, port(visit));
    }

    static String name(Visit visit) {
        return "h" + visit.id() + ".test";
    }

    /**
     * Tells what rules and defaults together must come to, written down a second time on purpose: the server's code has
     * no part in it.
     */
    static boolean isPermitted(InetSocketAddress target) {
        byte[] b = target.getAddress().getAddress();
        if (b.length == 16) {
            return b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0D && b[3] == (byte) 0xB8 && b[4] == 0 && b[5] == 1;
        }
        boolean documentation = b[0] == (byte) 192 && b[1] == 0 && b[2] == 2;
        boolean excepted = b[0] == 10 && b[1] == 9 && b[2] == 9;
        return documentation || excepted;
    }

    /** Whether nothing is said of an address that only a spoilt request can lead to. */
    static boolean isElsewhere(InetSocketAddress target) {
        byte[] b = target.getAddress().getAddress();
        int first = b[0] & 0xFF;
        boolean inside = first == 0 || first == 10 || first == 127 || first >= 224;
        boolean server = target.getPort() == SOCKS && first == 203 && b[1] == 0 && b[2] == 113;
        boolean special = server || (first == 169 && (b[1] & 0xFF) == 254);
        boolean farIpv6 = first < 0xFC || (first == 0xFE && b[1] >= 0);
        return b.length == 16 ? farIpv6 : !inside && !special && !isDeniedByRule(b);
    }

    /** Whether the rules refuse an address by themselves. */
    static boolean isDeniedByRule(byte[] address) {
        return address.length == 4 && address[0] == (byte) 192 && address[1] == 0 && address[2] == 3;
    }

    /** Whether the rules allow an address that the defaults refuse. */
    static boolean isAllowedByRule(byte[] address) {
        return address.length == 4 && address[0] == 10 && address[1] == 9 && address[2] == 9;
    }

    private static InetAddress ip(int a, int b, int c, int d) {
        return of(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
    }

    private static InetAddress ipv6(int network, int host) {
        byte[] octets = new byte[16];
        octets[0] = 0x20;
        octets[1] = 0x01;
        octets[2] = 0x0D;
        octets[3] = (byte) 0xB8;
        octets[5] = (byte) network;
        octets[15] = (byte) host;
        return of(octets);
    }

    static InetAddress of(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // The length is right.
        }
    }

    /** Returns an IPv4 address in the form of IPv6, as hardly any resolver does. */
    static InetAddress mapped(InetAddress address) {
        byte[] octets = address.getAddress();
        if (octets.length == 16) {
            return address;
        }
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        System.arraycopy(octets, 0, mapped, 12, 4);
        try {
            return Inet6Address.getByAddress(null, mapped, -1); // The plain method unmaps.
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
