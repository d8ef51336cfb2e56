package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Where the tunnels lead: one port on 127.0.0.1 and on ::1, so that {@code localhost} is right whatever it means here.
 */
final class Origin implements AutoCloseable {

    /** What one connection gets. */
    @FunctionalInterface
    interface Service {
        void serve(Socket connection) throws IOException;
    }

    /** What {@link #echo()} says when it has seen the end of the input. */
    static final String FAREWELL = "[end of input]";

    /** The body of {@link #web()}: a few megabytes that do not repeat. */
    static final byte[] BODY = randomOctets(3_000_003);

    private static final int ATTEMPTS = 20;

    private final List<ServerSocket> listeners;
    private final Service service;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private Origin(List<ServerSocket> listeners, Service service) {
        this.listeners = listeners;
        this.service = service;
        listeners.forEach(listener -> threads.execute(() -> accept(listener)));
    }

    /** Sends back what it gets; after the end of the input it sends {@link #FAREWELL} and ends as well. */
    static Origin echo() throws IOException {
        return start(connection -> {
            connection.getInputStream().transferTo(connection.getOutputStream());
            connection.getOutputStream().write(FAREWELL.getBytes(ISO_8859_1));
        });
    }

    /** Answers every HTTP request with {@link #BODY}, one request a connection. */
    static Origin web() throws IOException {
        String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + BODY.length + "\r\n\r\n";
        return start(connection -> {
            skipRequest(connection.getInputStream());
            connection.getOutputStream().write(head.getBytes(ISO_8859_1));
            connection.getOutputStream().write(BODY);
        });
    }

    private static void skipRequest(InputStream in) throws IOException {
        String last = "";
        while (!last.equals("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            last = (last.length() < 4 ? last : last.substring(1)) + (char) next;
        }
    }

    private static Origin start(Service service) throws IOException {
        for (int attempt = 1; ; attempt++) {
            ServerSocket v4 = new ServerSocket(0, 50, Loopback.V4);
            try {
                List<ServerSocket> listeners = new ArrayList<>(List.of(v4));
                if (Loopback.hasIpv6()) {
                    listeners.add(new ServerSocket(v4.getLocalPort(), 50, Loopback.V6));
                }
                return new Origin(listeners, service);
            } catch (BindException e) {
                v4.close(); // Somebody has that port on ::1.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void accept(ServerSocket listener) {
        try {
            while (true) {
                Socket connection = listener.accept();
                threads.execute(() -> serve(connection));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            service.serve(connection);
        } catch (IOException e) {
            // The client's side of it is what the test looks at.
        }
    }

    int port() {
        return listeners.get(0).getLocalPort();
    }

    /** Its URL for a host, an IPv6 address without brackets. */
    String url(String host) {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port() + "/body";
    }

    static String digest(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }

    private static byte[] randomOctets(int count) {
        byte[] octets = new byte[count];
        new Random(1928).nextBytes(octets);
        return octets;
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket listener : listeners) {
            listener.close();
        }
        threads.shutdownNow();
    }
}
