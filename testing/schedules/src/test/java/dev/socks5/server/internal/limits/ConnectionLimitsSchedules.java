package dev.socks5.server.internal.limits;

import static dev.socks5.schedules.Race.require;

import dev.socks5.schedules.Race;
import dev.socks5.schedules.Schedules;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.internal.net.Network;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Connections that come and go, a shutdown that waits for them, and a close that does not. */
class ConnectionLimitsSchedules {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final ClientAddress CLIENT =
            ClientAddress.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));

    /** Time stands still in it, and so a wait ends when it is notified or never: a missed wake-up is a deadlock. */
    @SuppressWarnings("WaitNotInLoop") // The caller has the loop.
    private static final Network TIMELESS = (Network) Proxy.newProxyInstance(
            Network.class.getClassLoader(), new Class<?>[] {Network.class}, (network, method, arguments) -> {
                if (method.getName().equals("await")) {
                    arguments[0].wait();
                    return null;
                }
                if (method.getName().equals("nanoTime")) {
                    return 0L;
                }
                throw new UnsupportedOperationException(method.getName());
            });

    private static ConnectionLimits limits(int connections, int perClient) {
        return new ConnectionLimits(
                TIMELESS, () -> connections, () -> perClient, new LoginThrottle(() -> 3, () -> LONG, () -> 0));
    }

    @Test
    void neverHasMoreThanItsLimits() {
        Schedules.explore(() -> {
            ConnectionLimits limits = limits(2, 1);
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            AtomicInteger sum = new AtomicInteger();
            Race.of(
                    () -> visit(limits, inside, most, sum),
                    () -> visit(limits, inside, most, sum),
                    () -> visit(limits, inside, most, sum));
            require(most.get() <= 1, "too many of one client");
            require(sum.get() > 0, "nobody came in");
            require(limits.connections() == 0, "some are counted that are gone");
            require(limits.enter(CLIENT).isEmpty(), "the client is still counted");
        });
    }

    private static void visit(ConnectionLimits limits, AtomicInteger inside, AtomicInteger most, AtomicInteger sum) {
        if (limits.enter(CLIENT).isEmpty()) {
            int now = inside.incrementAndGet();
            most.accumulateAndGet(now, Math::max);
            sum.incrementAndGet();
            require(limits.connections() > 0 && limits.connections() <= 2, "wrong count");
            inside.decrementAndGet();
            limits.leave(CLIENT, true);
        }
    }

    @Test
    void wakesWhoeverWaitsForTheLast() {
        Schedules.explore(() -> {
            ConnectionLimits limits = limits(4, 4);
            limits.enterUnidentified();
            limits.enter(CLIENT);
            AtomicBoolean none = new AtomicBoolean();
            AtomicBoolean noneEither = new AtomicBoolean();
            Race.of(
                    () -> none.set(limits.awaitNone(LONG)),
                    () -> noneEither.set(limits.awaitNone(LONG)),
                    () -> {
                        if (limits.identify(CLIENT).isEmpty()) {
                            limits.leave(CLIENT, true);
                        }
                    },
                    () -> limits.leave(CLIENT, true));
            require(none.get(), "it did not see that all were gone");
            require(noneEither.get(), "the other did not see that all were gone");
            require(limits.connections() == 0, "some are counted that are gone");
        });
    }

    /** One comes in, another waits for it, a third has no patience: each of them must be right about what happened. */
    @Test
    void agreesOnWhetherAnyWasCut() {
        Schedules.explore(() -> {
            ConnectionLimits limits = limits(4, 4);
            AtomicBoolean none = new AtomicBoolean();
            AtomicBoolean cutSeen = new AtomicBoolean();
            limits.enter(CLIENT);
            Race.of(() -> none.set(limits.awaitNone(LONG)), () -> limits.leave(CLIENT, true), () -> {
                limits.cut();
                cutSeen.set(limits.wasCut());
                if (limits.enterUnidentified().isEmpty()) {
                    require(limits.wasCut(), "it came behind the end");
                    limits.leave(CLIENT, false);
                }
            });
            if (cutSeen.get()) {
                require(limits.connections() == 0, "some are counted that are gone");
            }
        });
    }
}
