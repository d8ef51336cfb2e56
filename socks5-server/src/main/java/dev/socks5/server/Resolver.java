package dev.socks5.server;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Finds the addresses of a host name. Called by several threads at once. */
@FunctionalInterface
public interface Resolver {

    /**
     * Looks a name up. May block: it is called on a thread that may wait, and the connect's deadline goes on.
     *
     * @param name a host name in canonical form: lower case, without a dot at the end; never an IP address
     * @return the addresses in order of preference; none means that the name has no address
     * @throws java.net.UnknownHostException if there is no such name
     * @throws IOException if it cannot be told
     */
    List<InetAddress> resolve(String name) throws IOException;

    /**
     * The JVM's own resolver, with the JVM's own cache.
     *
     * @return a resolver that asks {@link InetAddress#getAllByName(String)}
     */
    static Resolver system() {
        return name -> List.of(InetAddress.getAllByName(name));
    }
}
