package dev.socks5.proxy;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRule;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import picocli.CommandLine.Option;

/** Where programs ask how the server is: the option, and what becomes of it. */
final class StatusOptions implements AutoCloseable {

    private static final String NAME = "--status-listen";

    @Option(
            names = NAME,
            paramLabel = "HOST:PORT",
            defaultValue = "${env:SOCKS5_STATUS_LISTEN}",
            description = "Where to answer /healthz, /readyz and /metrics (Prometheus) over HTTP, to anybody who can"
                    + " reach it: keep it to loopback, or a network of your own. The last one counts. Clients of the"
                    + " server are not let there. Default: what the environment has in SOCKS5_STATUS_LISTEN, or off.")
    private List<Endpoint> listen = List.of();

    private InetSocketAddress address;
    private StatusServer server;

    /** Starts a server that has been described. */
    @FunctionalInterface
    interface Start {
        Socks5Server from(Socks5ServerBuilder builder) throws IOException;
    }

    /**
     * Finds out where that is.
     *
     * @throws IllegalArgumentException if there is no such host
     */
    void configure() {
        if (listen != null && !listen.isEmpty()) {
            address = Arguments.resolve(NAME, listen.get(listen.size() - 1));
        }
    }

    /** Returns rules that keep clients away from there, and are otherwise the same. Once configured. */
    AccessRule guard(AccessRule rules) {
        // The server is not there yet, and its port may be for the system to choose.
        return address == null ? rules : new StatusGuard(() -> server.address(), rules);
    }

    /**
     * Starts a server. If that is asked for, programs are told of it: first that it is not ready yet.
     *
     * @throws IOException if something cannot be listened on; nothing is, then
     */
    Socks5Server start(Socks5ServerBuilder builder, Start start) throws IOException {
        if (address == null) {
            return start.from(builder);
        }
        Figures figures = new Figures();
        server = StatusServer.open(address, figures);
        try {
            Socks5Server ready = start.from(builder.listener(figures.listener()));
            server.follow(ready);
            return ready;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Returns the address to ask whether the server is ready, or nothing. */
    List<String> addresses() {
        return server == null ? List.of() : List.of("http://" + Endpoint.of(server.address()) + "/readyz");
    }

    /** Tells from now on that the server is not ready: no new connections should come. */
    void ending() {
        if (server != null) {
            server.ending();
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
