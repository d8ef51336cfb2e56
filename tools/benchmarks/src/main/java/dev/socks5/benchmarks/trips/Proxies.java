package dev.socks5.benchmarks.trips;

import dev.socks5.benchmarks.compare.Fleet;
import dev.socks5.benchmarks.compare.Server;
import dev.socks5.benchmarks.delay.DelayLine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Three of our servers, each in a process of its own and at the far end of a {@link DelayLine}: whoever goes through
 * them in a row has one line to each. From the last one to the origin there is no delay.
 */
final class Proxies implements AutoCloseable {

    private static final int COUNT = 3;

    private final List<DelayLine> lines = new ArrayList<>();
    private final boolean login;

    private Proxies(boolean login) {
        this.login = login;
    }

    /**
     * Starts the servers.
     *
     * @param fleet who stops them
     * @param server ours
     * @param login whether it asks for a login
     * @param delay of each line, one way
     */
    static Proxies start(Fleet fleet, Server server, boolean login, Duration delay) throws IOException {
        Proxies proxies = new Proxies(login);
        for (int i = 0; i < COUNT; i++) {
            proxies.lines.add(DelayLine.open(fleet.start(server).target().address(), delay));
        }
        return proxies;
    }

    /** The ways through one of them, and through all. */
    List<Route> routes(InetSocketAddress origin) throws IOException {
        List<InetSocketAddress> ends = new ArrayList<>();
        for (DelayLine line : lines) {
            ends.add(line.address());
        }
        return List.of(new Route(ends.subList(0, 1), login, origin), new Route(ends, login, origin));
    }

    @Override
    public void close() throws IOException {
        for (DelayLine line : lines) {
            line.close();
        }
    }
}
