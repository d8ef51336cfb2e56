package dev.socks5.server.internal.policy;

import dev.socks5.server.Resolver;
import dev.socks5.server.internal.net.SystemNetwork;
import dev.socks5.server.internal.net.Timers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers for a while, and has one look-up of a name under way at most. The thread that comes first does it, and
 * those that come meanwhile wait. A failure that is no answer goes to them too, but is not kept. If that thread was
 * interrupted, or takes too long, they begin anew.
 */
public final class CachingResolver implements Resolver {

    /**
     * Answers with more are not kept: the owner of a name chooses how many addresses it has, and could fill the memory.
     */
    static final int MAX_ADDRESSES = 64;

    /** The time for which a look-up keeps others from asking themselves. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** An answer that can be kept; it may be that there is no such name. */
    private record Answer(boolean found, List<InetAddress> addresses) {
        List<InetAddress> orThrow(String name) throws UnknownHostException {
            if (!found) {
                throw new UnknownHostException(name);
            }
            return addresses;
        }
    }

    private record Kept(Answer answer, long until) {}

    private final Resolver source;
    private final int maxNames;
    private final long ttl;
    private final long negativeTtl;
    private final Duration patience;
    private final LongSupplier clock;

    /** The answers in the order of their last use. Locked, as the other map, by this. */
    private final Map<String, Kept> kept = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
            return size() > maxNames;
        }
    };

    private final Map<String, CompletableFuture<Answer>> underWay = new HashMap<>();

    public CachingResolver(Resolver source, int maxNames, Duration ttl, Duration negativeTtl) {
        this(source, maxNames, ttl, negativeTtl, PATIENCE, new SystemNetwork()::nanoTime);
    }

    /**
     * Makes an empty cache.
     *
     * @param clock gives nanoseconds, as {@link System#nanoTime()} does
     */
    public CachingResolver(
            Resolver source, int maxNames, Duration ttl, Duration negativeTtl, Duration patience, LongSupplier clock) {
        if (maxNames <= 0 || ttl.isNegative() || negativeTtl.isNegative()) {
            throw new IllegalArgumentException("a cache has room for one name at least, and no negative times");
        }
        this.source = source;
        this.maxNames = maxNames;
        this.ttl = Timers.nanos(ttl);
        this.negativeTtl = Timers.nanos(negativeTtl);
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public List<InetAddress> resolve(String name) throws IOException {
        while (true) {
            CompletableFuture<Answer> mine = new CompletableFuture<>();
            CompletableFuture<Answer> theirs;
            synchronized (this) {
                Answer known = recall(name);
                if (known != null) {
                    return known.orThrow(name);
                }
                theirs = underWay.putIfAbsent(name, mine);
            }
            Optional<Answer> answer = theirs == null ? Optional.of(lookUp(name, mine)) : await(name, theirs);
            if (answer.isPresent()) {
                return answer.get().orThrow(name);
            }
        }
    }

    private @Nullable Answer recall(String name) {
        Kept entry = kept.get(name);
        if (entry != null && entry.until() - clock.getAsLong() <= 0) {
            kept.remove(name);
            return null;
        }
        return entry == null ? null : entry.answer();
    }

    private Answer lookUp(String name, CompletableFuture<Answer> flight) throws IOException {
        try {
            Answer answer = ask(name);
            land(name, flight, answer);
            flight.complete(answer);
            return answer;
        } catch (Throwable e) {
            land(name, flight, null); // First, or who waits would find it again.
            if (Thread.currentThread().isInterrupted()) {
                flight.cancel(false);
            } else {
                flight.completeExceptionally(e);
            }
            throw e;
        }
    }

    private Answer ask(String name) throws IOException {
        try {
            return new Answer(true, List.copyOf(source.resolve(name)));
        } catch (UnknownHostException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e; // That may be why.
            }
            return new Answer(false, List.of());
        }
    }

    private synchronized void land(String name, CompletableFuture<Answer> flight, @Nullable Answer answer) {
        underWay.remove(name, flight);
        if (answer == null || answer.addresses().size() > MAX_ADDRESSES) {
            return;
        }
        long time = answer.addresses().isEmpty() ? negativeTtl : ttl;
        if (time > 0) {
            kept.put(name, new Kept(answer, clock.getAsLong() + time));
        }
    }

    /** Waits for the answer that another thread finds; empty if that will not do. */
    private Optional<Answer> await(String name, CompletableFuture<Answer> flight) throws IOException {
        try {
            return Optional.of(flight.get(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (CancellationException e) {
            return Optional.empty();
        } catch (TimeoutException e) {
            land(name, flight, null);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while another thread looked the name up");
        } catch (ExecutionException e) {
            throw new IOException("another thread could not look the name up", e.getCause());
        }
    }

    @Override
    public String nameOf(InetAddress address) throws IOException {
        return source.nameOf(address);
    }
}
