package dev.socks5.junit.internal.proxy;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Ipv4Address;
import dev.socks5.codec.Ipv6Address;
import dev.socks5.server.Resolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The names that the proxy knows: those that it was told, and {@code localhost}. Looks nothing up by itself. */
public final class Names implements Resolver {

    /** Knows nothing: a test should not depend on what names mean elsewhere. */
    public static final Resolver NO_OTHERS = name -> {
        throw new UnknownHostException("the test proxy was not told of this name");
    };

    private final Map<String, List<InetAddress>> known = new ConcurrentHashMap<>();
    private final Set<String> untold = ConcurrentHashMap.newKeySet();
    private final Resolver others;

    /** Makes names of which the others are looked up elsewhere. */
    public Names(Resolver others) {
        this.others = others;
        known.put(
                "localhost",
                List.of(
                        Ipv4Address.parse("127.0.0.1").toInetAddress(),
                        Ipv6Address.parse("::1").toInetAddress()));
    }

    /**
     * Adds a name, or replaces its addresses.
     *
     * @throws IllegalArgumentException if it is not the name of a host
     */
    public void put(String name, List<InetAddress> addresses) {
        DomainName read = DomainName.ofAscii(name);
        if (!read.isHostName()) {
            throw new IllegalArgumentException("not the name of a host: " + read);
        }
        String canonical = read.canonical().octets();
        known.put(canonical, List.copyOf(addresses));
        untold.remove(canonical);
    }

    /** Whether this name was asked for, and only the test could have told it, and has not. */
    boolean isUntold(DomainName name) {
        return untold.contains(name.canonical().octets());
    }

    @Override
    public List<InetAddress> resolve(String name) throws IOException {
        List<InetAddress> addresses = known.get(name);
        if (addresses != null) {
            return addresses;
        }
        if (others == NO_OTHERS) {
            untold.add(name);
        }
        return others.resolve(name);
    }

    @Override
    public String nameOf(InetAddress address) throws IOException {
        for (Map.Entry<String, List<InetAddress>> entry : known.entrySet()) {
            if (entry.getValue().contains(address)) {
                return entry.getKey();
            }
        }
        return others.nameOf(address);
    }
}
