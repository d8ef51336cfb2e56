package dev.socks5.interop;

import dev.socks5.server.Resolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Two names of loopback that nobody else can look up. */
final class LoopbackZone implements Resolver {

    static final String NAME6 = "six.test";

    @Override
    public List<InetAddress> resolve(String name) throws IOException {
        return switch (name) {
            case OurServer.NAME -> List.of(Loopback.V4);
            case NAME6 -> List.of(Loopback.V6);
            default -> throw new UnknownHostException(name);
        };
    }

    @Override
    public String nameOf(InetAddress address) throws IOException {
        if (address.equals(Loopback.V4)) {
            return OurServer.NAME;
        }
        throw new UnknownHostException("no name");
    }
}
