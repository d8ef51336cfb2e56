package dev.socks5.junit.internal.guard;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** The destinations that a test has declared. Safe for use by several threads. */
final class Allowed implements Predicate<Target> {

    private static final String PATH = "unix:";

    private final List<Predicate<Target>> rules = new CopyOnWriteArrayList<>();

    /**
     * Allows what a text names.
     *
     * @param text as {@link EndpointPattern} reads it, or {@code unix:} and a path
     * @throws IllegalArgumentException if it is neither; the message has the whole text
     */
    void add(String text) {
        try {
            if (text.startsWith(PATH)) {
                add(UnixDomainSocketAddress.of(text.substring(PATH.length())));
            } else {
                rules.add(matches(EndpointPattern.parse(text)));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    Target.escape("@NoDirectConnections(allow = \"" + text + "\"): " + e.getMessage()), e);
        }
    }

    /** Allows one address. A wildcard address, as a listener may have it, is each address of this machine. */
    void add(SocketAddress address) {
        if (address instanceof InetSocketAddress socket && socket.isUnresolved()) {
            Endpoint endpoint = Endpoint.of(socket);
            rules.add(target -> target.endpoints(socket.getPort()).contains(endpoint));
        } else if (address instanceof InetSocketAddress socket
                && socket.getAddress().isAnyLocalAddress()) {
            rules.add(target -> target.address() instanceof InetSocketAddress to
                    && to.getPort() == socket.getPort()
                    && isOfThisMachine(to.getAddress()));
        } else {
            SocketAddress known = Target.of(address).address(); // A library may have a class of its own for paths.
            rules.add(target -> known != null && known.equals(target.address()));
        }
    }

    @Override
    public boolean test(Target target) {
        return rules.stream().anyMatch(rule -> rule.test(target));
    }

    /** A look-up has no port: it is allowed if some port of that name is. */
    private static Predicate<Target> matches(EndpointPattern pattern) {
        int somePort = IntStream.rangeClosed(0, Endpoint.MAX_PORT)
                .filter(pattern::coversPort)
                .findFirst()
                .orElse(0);
        return target -> target.endpoints(somePort).stream().anyMatch(pattern::testAsWritten);
    }

    static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
