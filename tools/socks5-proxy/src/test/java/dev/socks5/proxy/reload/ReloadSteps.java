package dev.socks5.proxy.reload;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Takes changes up on a stepped clock. Without another server, one that takes all. */
public final class ReloadSteps {

    private final AtomicLong clock = new AtomicLong();
    private final List<String> log = new ArrayList<>();
    private final List<UsersAndRules> taken = new ArrayList<>();
    private final Reload reload;

    /** @param start reads the files for the first time, with a log and a clock */
    public ReloadSteps(BiFunction<Consumer<String>, LongSupplier, Reload> start) {
        reload = start.apply(log::add, clock::get);
    }

    /** Looks at the files, and once more when a change has been left alone for long enough. */
    public void lookUntilStill() {
        lookUntilStill(new LiveServer() {
            @Override
            public void take(UsersAndRules value) {
                taken.add(value);
            }

            @Override
            public OptionalInt endRemoved() {
                return OptionalInt.empty();
            }
        });
    }

    /** The same for a server of one's own. */
    public void lookUntilStill(LiveServer server) {
        reload.look(server, false);
        clock.addAndGet(Reload.STILLNESS.toNanos());
        reload.look(server, false);
    }

    /** Returns what has been said so far. */
    public List<String> log() {
        return log;
    }

    /** Returns what the server without a name has taken. */
    public List<UsersAndRules> taken() {
        return taken;
    }
}
