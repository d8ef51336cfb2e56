package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The JDK's own web server, with bodies of a gigabyte that nobody has to hold. */
final class JdkWebServer implements AutoCloseable {

    static final long GIGABYTE = 1L << 30;

    private static final long ROOM = 64L << 20;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server = HttpServer.create(new InetSocketAddress(Loopback.V4, 0), 0);

    JdkWebServer() throws IOException {
        server.setExecutor(threads);
        server.createContext("/echo", exchange -> answer(exchange, 0, exchange.getRequestBody()));
        server.createContext("/zeros", exchange -> answer(exchange, GIGABYTE, new Zeros(GIGABYTE)));
        server.createContext("/count", JdkWebServer::count);
        server.createContext("/secret", JdkWebServer::secret);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void answer(HttpExchange exchange, long length, InputStream body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, length);
            body.transferTo(exchange.getResponseBody());
        }
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        answer(exchange, 0, new ByteArrayInputStream(body.getBytes(US_ASCII)));
    }

    private static void count(HttpExchange exchange) throws IOException {
        CountingOutput count = new CountingOutput();
        exchange.getRequestBody().transferTo(count);
        answer(exchange, exchange.getRequestHeaders().getFirst("Transfer-Encoding") + " " + count.total);
    }

    private static void secret(HttpExchange exchange) throws IOException {
        boolean known = "Basic dXNlcjpwYXNz".equals(exchange.getRequestHeaders().getFirst("Authorization"));
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
        if (known) {
            answer(exchange, "told");
        } else {
            try (exchange) {
                exchange.sendResponseHeaders(401, -1);
            }
        }
    }

    /** Counts, and looks four times in each gigabyte how much memory is in use. */
    static final class CountingOutput extends OutputStream {

        private static final long STEP = GIGABYTE / 4;

        private final long atFirst = used();
        long total;

        @Override
        public void write(int octet) {
            total++;
        }

        @Override
        public void write(byte[] octets, int offset, int length) {
            boolean look = total / STEP != (total + length) / STEP;
            total += length;
            if (look) {
                assertThat(used()).isLessThan(atFirst + ROOM);
            }
        }

        private static long used() {
            System.gc();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }
    }

    static final class Zeros extends InputStream {

        private long left;

        Zeros(long count) {
            left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int count = (int) Math.min(left, length);
            left -= count;
            return count == 0 ? -1 : count; // Whatever is in the array will do.
        }
    }
}
