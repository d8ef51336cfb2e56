package dev.socks5.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.Route;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * A server with a destination inside its own JVM: {@code http://metrics.internal/} is no host, and no port is open for
 * it, but whoever may use the proxy gets a page from there. All other destinations are reached as always. For example:
 * {@code 127.0.0.1:1080}, then {@code curl --socks5-hostname 127.0.0.1:1080 http://metrics.internal/}.
 */
public final class InternalMetrics {

    private static final Endpoint METRICS = Endpoint.of("metrics.internal", 80);
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final int LONGEST_HEAD = 8192;

    private final LongAdder tunnels = new LongAdder();

    /**
     * Adds the destination to a server. The rules of the server hold for it as for any other.
     *
     * @param builder whose connector and listener are set
     * @return the same builder
     */
    public Socks5ServerBuilder addTo(Socks5ServerBuilder builder) {
        // recipe: Destination in the JVM
        Route inside = Route.by(request -> Transport.servedBy(this::serve));
        builder.connector(request -> request.destination().equals(METRICS) ? inside : Route.direct());
        // end of recipe
        return builder.listener(new Socks5ServerListener() {
            @Override
            public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
                tunnels.increment();
            }
        });
    }

    // recipe: Destination in the JVM
    private void serve(InputStream in, OutputStream out) throws IOException {
        if (hasHead(in)) {
            String page = "# TYPE tunnels_total counter\ntunnels_total " + tunnels.sum() + "\n";
            String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\n"
                    + "Content-Length: " + page.length() + END_OF_HEAD;
            out.write((head + page).getBytes(US_ASCII));
        }
    }
    // end of recipe

    /** Reads the head of a request. The page is the same whatever it says. */
    private static boolean hasHead(InputStream in) throws IOException {
        int found = 0;
        for (int count = 0; count < LONGEST_HEAD && found < END_OF_HEAD.length(); count++) {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            found = next == END_OF_HEAD.charAt(found) ? found + 1 : next == '\r' ? 1 : 0;
        }
        return found == END_OF_HEAD.length();
    }

    /**
     * Runs it until the process is told to stop.
     *
     * @param args where to listen, as HOST:PORT
     * @throws IOException if it cannot listen there
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            System.err.println("usage: InternalMetrics HOST:PORT");
            return;
        }
        Socks5ServerBuilder builder =
                Socks5Server.builder().listen(Endpoint.parse(args[0]).toInetSocketAddress());
        Socks5Server server = new InternalMetrics().addTo(builder).start();
        System.out.println("SOCKS5 on " + server.localAddresses() + ", figures on http://" + METRICS.address() + "/");
    }
}
