package dev.socks5.client.internal.async;

import static dev.socks5.schedules.Race.require;

import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.Hop;
import dev.socks5.client.internal.dial.Logins;
import dev.socks5.client.internal.dial.ProxyPath;
import dev.socks5.client.internal.dial.Resolver;
import dev.socks5.codec.SendAhead;
import dev.socks5.schedules.Race;
import dev.socks5.schedules.Schedules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Futures of connections that somebody gives up while they come: one outcome, and no socket without an owner. */
class ConnectSchedules {

    private static CompletableFuture<SocketChannel> begin(InetSocketAddress destination, ConnectLoop loop) {
        Hop unused = new Hop(destination, Logins.NONE, SendAhead.NOTHING, false);
        ProxyPath path =
                new ProxyPath(List.of(unused), Duration.ofSeconds(30), null, every -> true, Set.of(), Resolver.SYSTEM);
        Destination direct = Destination.of(destination.getAddress(), destination.getPort());
        return AsyncConnect.begin(path, direct, Dialer.NOTHING, loop);
    }

    private static ServerSocketChannel listen() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Test
    void hasOneOutcomeHoweverItIsGivenUp() {
        Schedules.exploreSome(() -> {
            try (ServerSocketChannel server = listen()) {
                InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
                ConnectLoop loop = new ConnectLoop(Duration.ofMillis(1));
                CompletableFuture<SocketChannel> future = begin(address, loop);
                AtomicInteger outcomes = new AtomicInteger();
                AtomicInteger won = new AtomicInteger();
                var unused = future.whenComplete((channel, failure) -> outcomes.incrementAndGet());
                Race.of(
                        () -> {
                            if (future.cancel(true)) {
                                won.incrementAndGet();
                            }
                        },
                        () -> {
                            if (future.completeExceptionally(new SocketTimeoutException())) {
                                won.incrementAndGet();
                            }
                        });
                // What is begun later is done later: then there is nothing to come of the first.
                SocketChannel later = begin(address, loop).get(20, TimeUnit.SECONDS);
                require(outcomes.get() == 1, "not one outcome");
                require(won.get() <= 1, "given up twice");
                require(future.isCompletedExceptionally() || won.get() == 0, "given up, and delivered");
                if (!future.isCompletedExceptionally()) {
                    require(future.join().isOpen(), "delivered closed");
                    future.join().close();
                }
                later.close();
                Race.end(loop.completions());
                requireAllClosed(server);
            }
        });
    }

    /** Every connection that has come to the server has ended. */
    private static void requireAllClosed(ServerSocketChannel server) throws IOException {
        server.configureBlocking(false);
        for (SocketChannel accepted = server.accept(); accepted != null; accepted = server.accept()) {
            try (SocketChannel peer = accepted) {
                peer.socket().setSoTimeout(10_000);
                peer.configureBlocking(true);
                require(ended(peer), "a socket is left open");
            }
        }
    }

    private static boolean ended(SocketChannel peer) {
        try {
            return peer.socket().getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // Reset.
        }
    }

    /** The loop's thread ends as soon as it has nothing to do: whoever comes then starts another one. */
    @Test
    void losesNobodyAsTheThreadEnds() {
        Schedules.exploreSome(() -> {
            InetSocketAddress closed;
            try (ServerSocketChannel server = listen()) {
                closed = (InetSocketAddress) server.getLocalAddress();
            }
            ConnectLoop loop = new ConnectLoop(Duration.ofNanos(1));
            Race.of(() -> requireFails(begin(closed, loop)), () -> {
                requireFails(begin(closed, loop));
                requireFails(begin(closed, loop));
            });
            require(loop.size() == 0, "a connection is left");
        });
    }

    private static void requireFails(CompletableFuture<SocketChannel> future) throws Exception {
        try {
            future.get(20, TimeUnit.SECONDS).close();
            throw new AssertionError("connected to a closed port");
        } catch (java.util.concurrent.ExecutionException e) {
            require(e.getCause() instanceof IOException, "failed in another way: " + e.getCause());
        }
    }

    /** The future alone: what has been delivered to nobody is closed by who delivers. */
    @Test
    void deliversToOne() {
        Schedules.explore(() -> {
            AtomicInteger abandoned = new AtomicInteger();
            TunnelFuture future = new TunnelFuture(abandoned::incrementAndGet);
            try (SocketChannel channel = SocketChannel.open()) {
                AtomicInteger outcomes = new AtomicInteger();
                Race.of(
                        () -> count(future.deliver(channel), outcomes),
                        () -> count(future.cancel(false), outcomes),
                        () -> count(future.completeExceptionally(new SocketTimeoutException()), outcomes));
                require(outcomes.get() == 1, "not one outcome");
                require(future.isDone(), "not done");
                require(!future.isCompletedExceptionally() || abandoned.get() > 0, "the connection is not ended");
            }
        });
    }

    private static void count(boolean won, AtomicInteger outcomes) {
        if (won) {
            outcomes.incrementAndGet();
        }
    }
}
