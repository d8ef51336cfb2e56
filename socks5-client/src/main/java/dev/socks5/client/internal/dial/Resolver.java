package dev.socks5.client.internal.dial;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks up the names of the hosts that this host dials. It may block. */
@FunctionalInterface
public interface Resolver {

    /** Asks the system's resolver. */
    Resolver SYSTEM = name -> List.of(InetAddress.getAllByName(name));

    /** Gives all addresses of a name, in order of preference; at least one, each with the name. */
    List<InetAddress> resolve(String name) throws UnknownHostException;
}
