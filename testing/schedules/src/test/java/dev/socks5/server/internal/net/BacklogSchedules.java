package dev.socks5.server.internal.net;

import static dev.socks5.schedules.Race.require;

import dev.socks5.schedules.Race;
import dev.socks5.schedules.Schedules;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Connections of several loops that hold memory: what is held is exact, and nobody is closed twice or for nothing. */
class BacklogSchedules {

    private static final int LIMIT = 100;

    /** A connection; it is told to go, and lets go later, on its own loop. */
    private static final class Holder {
        private final AtomicInteger told = new AtomicInteger();
        private final Backlog.Holding holding;

        private Holder(Backlog backlog) {
            holding = backlog.holding(told::incrementAndGet);
        }

        private void hold(int bytes) {
            holding.set(bytes);
        }
    }

    private static Backlog backlog() {
        AtomicInteger time = new AtomicInteger();
        return new Backlog(LIMIT, time::incrementAndGet);
    }

    @Test
    void shedsAsManyAsItMust() {
        Schedules.explore(() -> {
            Backlog backlog = backlog();
            Holder first = new Holder(backlog);
            Holder second = new Holder(backlog);
            Holder third = new Holder(backlog);
            Race.of(() -> first.hold(60), () -> second.hold(60), () -> third.hold(60));
            require(backlog.held() == 180, "held is not exact");
            require(first.told.get() + second.told.get() + third.told.get() == 2, "not two were told to go");
            require(first.told.get() <= 1 && second.told.get() <= 1 && third.told.get() <= 1, "told twice");
            first.hold(0);
            second.hold(0);
            third.hold(0);
            requireAsNew(backlog);
        });
    }

    @Test
    void countsWhileHoldersComeAndGo() {
        Schedules.explore(() -> {
            Backlog backlog = backlog();
            Holder first = new Holder(backlog);
            Holder second = new Holder(backlog);
            Holder third = new Holder(backlog);
            AtomicInteger reserved = new AtomicInteger();
            Race.of(
                    () -> {
                        first.hold(60);
                        first.hold(30);
                        first.hold(0);
                    },
                    () -> {
                        second.hold(60);
                        second.hold(0);
                    },
                    () -> third.hold(60),
                    () -> {
                        if (backlog.reserve(30)) {
                            reserved.set(30);
                        }
                    });
            require(backlog.held() == 60 + reserved.get(), "held is not exact");
            third.hold(0);
            backlog.release(reserved.get());
            requireAsNew(backlog);
        });
    }

    /** Nothing is held, and nobody counts as about to go: it has room for its limit, and for no byte more. */
    private static void requireAsNew(Backlog backlog) {
        require(backlog.held() == 0, "something is held");
        Holder last = new Holder(backlog);
        last.hold(LIMIT);
        require(last.told.get() == 0, "told to go for nothing");
        last.hold(LIMIT + 1);
        require(last.told.get() == 1, "not told to go");
        last.hold(0);
    }
}
