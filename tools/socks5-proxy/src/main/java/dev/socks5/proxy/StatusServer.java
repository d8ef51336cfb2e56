package dev.socks5.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Answers over HTTP whether the server lives, whether it is ready, and what its figures are. It bounds what those who
 * ask can cost: {@value #CONNECTIONS} connections with a thread for each at the most, and {@value #SECONDS} seconds for
 * a request or an answer. Further ones are closed at once.
 */
final class StatusServer implements AutoCloseable {

    static final int CONNECTIONS = 16;
    static final int SECONDS = 2;

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String FIGURES = "text/plain; version=0.0.4; charset=utf-8";

    static {
        // The JDK's own server takes these from nowhere else, and when it is loaded.
        limit("jdk.httpserver.maxConnections", CONNECTIONS);
        limit("sun.net.httpserver.maxReqTime", SECONDS);
        limit("sun.net.httpserver.maxRspTime", SECONDS);
        limit("sun.net.httpserver.idleInterval", SECONDS);
    }

    private final HttpServer http;
    private final Figures figures;
    private final ExecutorService threads;
    private volatile State state = State.STARTING;

    private enum State {
        STARTING(503, "starting"),
        READY(200, "ready"),
        ENDING(503, "shutting down");

        private final int status;
        private final String text;

        State(int status, String text) {
            this.status = status;
            this.text = text;
        }
    }

    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    private StatusServer(HttpServer http, Figures figures) {
        this.http = http;
        this.figures = figures;
        this.threads = new ThreadPoolExecutor(
                0, CONNECTIONS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), StatusServer::daemon);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "socks5-status-http");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Listens, and answers.
     *
     * @throws IOException if it cannot listen there
     */
    static StatusServer open(InetSocketAddress address, Figures figures) throws IOException {
        HttpServer http;
        try {
            http = HttpServer.create(address, CONNECTIONS);
        } catch (IOException e) {
            BindException named = new BindException(
                    "--status-listen: cannot listen on " + Endpoint.of(address) + ": " + e.getMessage());
            named.initCause(e);
            throw named;
        }
        StatusServer server = new StatusServer(http, figures);
        http.setExecutor(server.threads);
        http.createContext("/", server::answer);
        http.start();
        return server;
    }

    InetSocketAddress address() {
        return http.getAddress();
    }

    /** Tells from now on that it is ready. */
    void follow(Socks5Server server) {
        figures.watch(server);
        state = State.READY;
    }

    /** Tells from now on that it is not ready. */
    void ending() {
        state = State.ENDING;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, 405, TEXT, "GET and HEAD only\n");
                return;
            }
            State now = state;
            switch (exchange.getRequestURI().getPath()) {
                case "/healthz" -> send(exchange, 200, TEXT, "ok\n");
                case "/readyz" -> send(exchange, now.status, TEXT, now.text + "\n");
                case "/metrics" -> send(exchange, 200, FIGURES, figures.page());
                default -> send(exchange, 404, TEXT, "/healthz, /readyz or /metrics\n");
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdown();
    }
}
