package dev.socks5.server;

import static dev.socks5.schedules.Race.require;

import dev.socks5.schedules.Race;
import dev.socks5.schedules.Scenario;
import dev.socks5.schedules.Schedules;
import dev.socks5.server.internal.net.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A server that several threads end, while clients come: whoever returns finds it closed, with nothing left. */
class ServerEndSchedules {

    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void endsOnceForAllWhoEndIt() {
        Schedules.exploreSome(() -> {
            AtomicInteger open = new AtomicInteger();
            Socks5Server server = Socks5Server.builder()
                    .listen("127.0.0.1", 0)
                    .eventLoops(2)
                    .listener(new Socks5ServerListener() {
                        @Override
                        public void accepted(SessionInfo session) {
                            open.incrementAndGet();
                        }

                        @Override
                        public void closed(SessionInfo session, SessionEnd ending) {
                            open.decrementAndGet();
                        }
                    })
                    .start();
            InetSocketAddress address = server.localAddresses().get(0);
            Scenario close = () -> {
                server.close();
                requireClosed(server);
            };
            try (Socket client = new Socket()) {
                Race.of(
                        () -> {
                            boolean finished = server.shutdown(LONG);
                            requireClosed(server);
                            require(!finished || server.statistics().connections() == 0, "none had finished");
                        },
                        close,
                        close,
                        () -> connect(client, address));
            }
            require(open.get() == 0, "accepted and closed do not match");
            try (ServerSocket again = new ServerSocket()) {
                again.setReuseAddress(true);
                again.bind(address);
            }
        });
    }

    /**
     * Connects, and waits for the end. It speaks first, as SOCKS clients do: Linux loses some connections that come
     * while the listening socket is closed, and only tells a client that sends something.
     */
    private static void connect(Socket client, InetSocketAddress address) {
        try {
            client.connect(address, 4_000);
            client.setSoTimeout(4_000);
            client.getOutputStream().write(new byte[] {5, 1, 0});
            client.getInputStream().readAllBytes();
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the connection was forgotten", e);
        } catch (java.io.IOException e) {
            // Refused or reset: it came too late.
        }
    }

    private static void requireClosed(Socks5Server server) {
        require(server.statistics().connections() == 0, "connections are left");
        for (EventLoop loop : server.loops()) {
            AtomicInteger task = new AtomicInteger(); // Of its own: a loop may mistake equal ones for each other.
            require(!loop.execute(task::get), "a loop goes on");
        }
    }

    /** A shutdown that waits sees the last client go, and that none was cut. */
    @Test
    void waitsForTheLastClient() {
        Schedules.exploreSome(() -> {
            Socks5Server server = Socks5Server.builder()
                    .listen(InetAddress.getLoopbackAddress().getHostAddress(), 0)
                    .eventLoops(1)
                    .start();
            try (Socket client = new Socket()) {
                client.connect(server.localAddresses().get(0));
                client.getOutputStream().write(new byte[] {5, 1, 0});
                require(client.getInputStream().read() == 5, "no answer");
                AtomicInteger finished = new AtomicInteger();
                Scenario shutdown = () -> {
                    if (server.shutdown(LONG)) {
                        finished.incrementAndGet();
                    }
                };
                Race.of(shutdown, client::close);
                require(finished.get() == 1, "the client was cut, or waited for in vain");
            } finally {
                server.close();
            }
        });
    }
}
