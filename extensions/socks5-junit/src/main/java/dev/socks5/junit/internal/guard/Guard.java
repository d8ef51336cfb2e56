package dev.socks5.junit.internal.guard;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Guards one class or one test: a test's guard lies within that of its class, if that is guarded as a whole. Only one
 * test of a JVM is guarded at a time, because nobody can tell which test a thread works for.
 */
public final class Guard {

    /** What the guard itself does on the way to its answer is not asked about. */
    private static final ThreadLocal<Boolean> ANSWERING = ThreadLocal.withInitial(() -> false);

    private static @Nullable Guard innermost;

    private final @Nullable Guard outer;
    private final Installation installation;
    private final Allowed allowed = new Allowed();
    private final Predicate<SocketAddress> isProxy;
    private final BooleanSupplier worksForProxy;
    private final Attempts attempts = new Attempts();
    private final Installation.Answers answers = this::answer;

    private Guard(
            @Nullable Guard outer,
            Installation installation,
            Predicate<SocketAddress> isProxy,
            BooleanSupplier worksForProxy) {
        this.outer = outer;
        this.installation = installation;
        this.isProxy = isProxy;
        this.worksForProxy = worksForProxy;
    }

    /**
     * Begins to guard.
     *
     * @param outer the guard of the class, if there is one
     * @param allow patterns of endpoints, and paths that begin with {@code unix:}
     * @param isProxy whether a proxy of the tests is at this address
     * @param worksForProxy whether the current thread works for such a proxy
     * @return the guard, which is on
     * @throws IllegalStateException if this JVM cannot be guarded, or another test is guarded at this time
     * @throws IllegalArgumentException if a text is neither a pattern nor a path
     */
    public static synchronized Guard open(
            @Nullable Guard outer,
            List<String> allow,
            Predicate<SocketAddress> isProxy,
            BooleanSupplier worksForProxy) {
        if (innermost != outer) {
            throw new IllegalStateException("another test is guarded at this time");
        }
        Installation installation = Installation.get();
        Guard guard = new Guard(outer, installation, isProxy, worksForProxy);
        allow.forEach(guard.allowed::add);
        installation.ask(outer == null ? null : outer.answers, guard.answers);
        innermost = guard;
        return guard;
    }

    /**
     * Returns the guard that is on.
     *
     * @return that of the test rather than that of the class; nothing if none is on
     */
    public static synchronized Optional<Guard> current() {
        return Optional.ofNullable(innermost);
    }

    /**
     * Ends this guard.
     *
     * @throws IllegalStateException if a class was loaded meanwhile that could not be hooked
     */
    public void close() {
        synchronized (Guard.class) {
            innermost = outer;
            installation.ask(answers, outer == null ? null : outer.answers);
        }
        installation.requireNoFailure();
    }

    /**
     * Allows an address until this guard ends.
     *
     * @param address of a socket, a listener or a path
     */
    public void allow(SocketAddress address) {
        allowed.add(address);
    }

    /**
     * Returns all that went direct.
     *
     * @return the text of a failure; nothing if all went through a proxy or was allowed
     */
    public Optional<String> findings() {
        return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.text());
    }

    /** Answers the gate, on any thread and at any time. */
    private @Nullable IOException answer(String kindName, Object given) {
        if (ANSWERING.get()) {
            return null;
        }
        ANSWERING.set(true);
        try {
            return answer(Kind.valueOf(kindName), given);
        } finally {
            ANSWERING.remove();
        }
    }

    private @Nullable IOException answer(Kind kind, Object given) {
        Target target;
        try {
            target = Target.of(given);
            if (passes(kind, given, target)) {
                return null;
            }
        } catch (RuntimeException | LinkageError e) { // The code under test may swallow it: it must not go unseen.
            target = Target.unreadable(e);
        }
        String text = "refused by @NoDirectConnections: " + kind.text() + " " + target.text();
        IOException refusal = kind == Kind.LOOKUP ? new UnknownHostException(text) : new ConnectException(text);
        attempts.add(kind, target, refusal);
        return refusal;
    }

    private boolean passes(Kind kind, Object given, Target target) {
        SocketAddress address = target.address();
        return target.isNowhere()
                || (address != null && isProxy.test(address))
                || isAllowed(target)
                || worksForProxy.getAsBoolean()
                || Innocent.isOnStack(kind)
                || Innocent.isAboutThisMachine(given);
    }

    private boolean isAllowed(Target target) {
        return allowed.test(target) || (outer != null && outer.isAllowed(target));
    }
}
