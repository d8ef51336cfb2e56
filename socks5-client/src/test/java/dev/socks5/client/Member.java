package dev.socks5.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.socks5.client.internal.layer.Closing;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One of several proxies: it does to each connection what it is told to do at the time, and counts. */
final class Member implements AutoCloseable {

    /** What it does to a client. */
    @FunctionalInterface
    interface Conduct {
        void meet(Socket client) throws IOException;
    }

    /** Ends the connection after the greeting. */
    static final Conduct HANGS_UP = client -> client.getInputStream().readNBytes(3);

    /** Answers, and not in SOCKS5. */
    static final Conduct BABBLES = client -> {
        client.getInputStream().readNBytes(3);
        client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
    };

    /** Accepts none of the methods. */
    static final Conduct KEEPS_OUT = client -> {
        client.getInputStream().readNBytes(3);
        client.getOutputStream().write(new byte[] {5, (byte) 0xFF});
    };

    /** Never answers. */
    static final Conduct KEEPS_SILENT = client -> client.getInputStream().readAllBytes();

    /** Opens a tunnel, listens, or relays: whatever was asked for. */
    static final Conduct SERVES = replies(ReplyCode.SUCCEEDED);

    static Conduct replies(ReplyCode code) {
        return answers(new Reply(code, Endpoint.of("127.0.0.1", 9)));
    }

    static Conduct answers(Reply reply) {
        return client -> {
            client.getInputStream().readNBytes(3);
            client.getOutputStream().write(new byte[] {5, 0});
            byte[] head = client.getInputStream().readNBytes(5);
            if (head.length == 5) { // Else the client has gone.
                client.getInputStream().readNBytes(head[3] == 1 ? 5 : head[3] == 3 ? head[4] + 2 : 17);
                client.getOutputStream().write(reply.encode().array());
                client.getInputStream().transferTo(client.getOutputStream());
            }
        };
    }

    /** Does one thing to the first that comes, and another to all others. */
    static Conduct first(Conduct first, Conduct others) {
        AtomicBoolean before = new AtomicBoolean();
        return client -> (before.getAndSet(true) ? others : first).meet(client);
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger met = new AtomicInteger();
    private volatile Conduct conduct;

    Member(Conduct conduct) throws IOException {
        this.conduct = conduct;
        start(this::acceptAll);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "member");
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket client = listener.accept();
                met.incrementAndGet();
                open.add(client);
                start(() -> meet(client));
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private void meet(Socket client) {
        try (client) {
            conduct.meet(client);
        } catch (IOException e) {
            // The client has gone.
        } finally {
            open.remove(client);
        }
    }

    /** Does something else to those that come from now on. */
    Member now(Conduct other) {
        conduct = other;
        return this;
    }

    /** Tells how many have come. */
    int met() {
        return met.get();
    }

    /** Tells whether nobody is connected any more. */
    boolean isAlone() {
        return open.isEmpty();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    Socks5ClientBuilder builder() {
        return Socks5Client.builder().proxy(address());
    }

    Socks5Client client() {
        return builder().build();
    }

    @Override
    public void close() {
        Closing.quietly(listener);
        open.forEach(Closing::quietly);
    }
}
