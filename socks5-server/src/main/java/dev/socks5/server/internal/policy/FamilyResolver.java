package dev.socks5.server.internal.policy;

import dev.socks5.server.Resolver;
import dev.socks5.server.internal.net.Channels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts one family's addresses before the other's, or leaves the other's out.
 *
 * @param only whether to leave the other family's addresses out
 */
public record FamilyResolver(Resolver source, ProtocolFamily family, boolean only) implements Resolver {

    public FamilyResolver {
        if (family != StandardProtocolFamily.INET && family != StandardProtocolFamily.INET6) {
            throw new IllegalArgumentException("INET or INET6 expected: " + family);
        }
    }

    @Override
    public List<InetAddress> resolve(String name) throws IOException {
        Stream<InetAddress> found = source.resolve(name).stream();
        return (only
                        ? found.filter(this::fits)
                        : found.sorted(Comparator.comparing(this::fits, Comparator.reverseOrder())))
                .toList();
    }

    private boolean fits(InetAddress address) {
        return Channels.family(address).equals(family);
    }

    @Override
    public String nameOf(InetAddress address) throws IOException {
        return source.nameOf(address);
    }
}
