package dev.socks5.server;

import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Network;
import java.io.IOException;

/** Starts servers on a network of one's own, and looks into them. In this package, because the API offers neither. */
public final class ServerUnderTest {

    private final Socks5Server server;

    private ServerUnderTest(Socks5Server server) {
        this.server = server;
    }

    public static ServerUnderTest start(Socks5ServerBuilder builder, Network network) throws IOException {
        return new ServerUnderTest(builder.start(network));
    }

    public Socks5Server server() {
        return server;
    }

    /** Returns the bytes that wait for slow readers. */
    public long heldBytes() {
        return server.core().backlog().held();
    }

    public int openConnections() {
        return server.core().connectionLimits().connections();
    }

    /** Returns how many sessions the registry has. */
    public int tickets() {
        return server.core().registry().tickets().size();
    }

    /** Returns how many have not made their request. */
    public int inLobby() {
        return server.core().lobby().size();
    }

    public int usersWithConnections() {
        return server.core().userLimits().size();
    }

    public int blockingWork() {
        return server.core().blockingWork().underWay();
    }

    /** Returns how many transports of a dialler the loops know. */
    public int transports() {
        return server.loops().stream().mapToInt(EventLoop::transports).sum();
    }

    public int timers() {
        return server.loops().stream()
                .map(EventLoop::timers)
                .mapToInt(timers -> timers.size())
                .sum();
    }
}
