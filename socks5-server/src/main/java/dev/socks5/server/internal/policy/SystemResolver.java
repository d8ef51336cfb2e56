package dev.socks5.server.internal.policy;

import dev.socks5.server.Resolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Asks the JVM, which goes by the system's settings. */
public final class SystemResolver implements Resolver {

    @Override
    public List<InetAddress> resolve(String name) throws UnknownHostException {
        return List.of(InetAddress.getAllByName(name));
    }

    @Override
    public String nameOf(InetAddress address) throws UnknownHostException {
        // A new one, for an address that was found by a name only repeats that.
        InetAddress bare = InetAddress.getByAddress(address.getAddress());
        return unlessLiteral(bare.getCanonicalHostName(), bare);
    }

    /** Throws for a name that is the address as text, because the JDK says so that there is no name. */
    public static String unlessLiteral(String name, InetAddress address) throws UnknownHostException {
        if (name.equals(address.getHostAddress())) {
            throw new UnknownHostException("no name for this address");
        }
        return name;
    }
}
