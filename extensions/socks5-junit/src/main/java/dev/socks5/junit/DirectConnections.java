package dev.socks5.junit;

import dev.socks5.junit.internal.guard.Guard;
import java.net.SocketAddress;
import org.opentest4j.AssertionFailedError;

/** What a test with {@link NoDirectConnections} tells its guard while it runs. Safe for use by several threads. */
public final class DirectConnections {

    private DirectConnections() {}

    /**
     * Allows connections and datagrams to an address that is known only at run time, until the end of the test; if no
     * test is running, as in a {@code @BeforeAll} method of a guarded class, until the end of the class.
     *
     * @param address the address of a listener, of which a wildcard address means every address of this machine; an
     *     unresolved one, whose name may then be looked up; or the path of a Unix domain socket
     * @throws IllegalStateException if no guard is on
     */
    public static void allow(SocketAddress address) {
        guard().allow(address);
    }

    /** Throws at once if something went direct since the guard was switched on, and if no guard is on. */
    static void requireNone() {
        guard().findings().ifPresent(findings -> {
            throw new AssertionFailedError(findings);
        });
    }

    private static Guard guard() {
        return Guard.current()
                .orElseThrow(() -> new IllegalStateException("no guard is on: the test has no @NoDirectConnections"));
    }
}
