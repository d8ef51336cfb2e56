package dev.socks5.proxy;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Option;

/** Where programs ask how the server is: the option, and what becomes of it. */
final class StatusOptions implements AutoCloseable {

    @Option(
            names = "--status-listen",
            paramLabel = "HOST:PORT",
            description = "Where to answer /healthz, /readyz and /metrics (Prometheus) over HTTP, to anybody who can"
                    + " reach it: keep it to loopback, or a network of your own. The last one counts. Default: off.")
    private List<Endpoint> listen = List.of();

    private StatusServer server;

    /**
     * Starts a server. If that is asked for, programs are told of it: first that it is not ready yet.
     *
     * @throws IOException if something cannot be listened on; nothing is, then
     */
    Socks5Server start(Socks5ServerBuilder builder) throws IOException {
        if (listen.isEmpty()) {
            return builder.start();
        }
        Figures figures = new Figures();
        server = StatusServer.open(Arguments.resolve(listen.get(listen.size() - 1)), figures);
        try {
            Socks5Server ready = builder.listener(figures.listener()).start();
            server.follow(ready);
            return ready;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Returns the address of the page for people, or nothing. */
    List<String> addresses() {
        return server == null ? List.of() : List.of("http://" + Endpoint.of(server.address()) + "/");
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
