package dev.socks5.junit.internal.guard;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The hooks of this JVM: installed for the first guarded test, and there until the JVM ends. */
final class Installation {

    private static final int ANY_PORT = 9;

    private static @Nullable Installation installed;
    private static @Nullable String failure;

    private final Weaver weaver;
    private final Class<?> gate;

    private Installation(Weaver weaver, Class<?> gate) {
        this.weaver = weaver;
        this.gate = gate;
    }

    /** Returns the hooks, or throws because they cannot be had: a test must not pass unguarded. */
    static synchronized Installation get() {
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        Installation known = installed;
        if (known == null) {
            try {
                known = install();
                installed = known;
            } catch (IllegalStateException e) {
                failure = e.getMessage();
                throw e;
            }
        }
        known.weaver.requireNoFailure();
        return known;
    }

    /**
     * Has the gate ask another, without a moment in which it asks nobody.
     *
     * @param before the one that it has asked so far, or null
     * @param guard the one to ask from now on, or null for nobody
     * @throws IllegalStateException if it has asked yet another one
     */
    void ask(@Nullable Answers before, @Nullable Answers guard) {
        synchronized (gate) {
            try {
                Field field = gate.getField("guard");
                if (field.get(null) != before) {
                    throw new IllegalStateException("another copy of the guard is on in this JVM");
                }
                field.set(null, guard);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("the guard's class is not as expected", e);
            }
        }
    }

    /** What the gate asks, in terms of the JDK alone. */
    interface Answers extends BiFunction<String, Object, @Nullable IOException> {}

    void requireNoFailure() {
        weaver.requireNoFailure();
    }

    private static Installation install() {
        Instrumentation instrumentation = Attachment.instrumentation();
        Weaver weaver = new Weaver();
        try {
            Class<?> gate = GateCopy.define(instrumentation);
            for (Hook hook : Hook.JDK) { // Before the weaver is asked about classes, it must have those that it needs.
                Weaver.concerns(Class.forName(hook.owner().replace('/', '.'), false, null));
            }
            instrumentation.addTransformer(weaver, true);
            instrumentation.retransformClasses(loaded(instrumentation).toArray(Class<?>[]::new));
            weaver.requireNoFailure();
            Installation installation = new Installation(weaver, gate);
            installation.prove();
            return installation;
        } catch (Exception | LinkageError e) {
            throw new IllegalStateException("the guard cannot hook this JVM: " + e, e);
        }
    }

    private static List<Class<?>> loaded(Instrumentation instrumentation) {
        List<Class<?>> loaded = new ArrayList<>();
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            if (Weaver.concerns(type)) {
                loaded.add(type);
            }
        }
        return loaded;
    }

    /** Tries each of the ways that matter most: nothing goes out, because the gate refuses it. */
    private void prove() throws IOException {
        Thread prover = Thread.currentThread();
        AtomicInteger asked = new AtomicInteger();
        Answers proof = (kind, target) -> {
            if (Thread.currentThread() != prover) {
                return null;
            }
            asked.incrementAndGet();
            return new UnknownHostException("the guard tries itself");
        };
        ask(null, proof);
        try (SocketChannel stream = SocketChannel.open();
                DatagramChannel datagrams = DatagramChannel.open()) {
            InetSocketAddress nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), ANY_PORT);
            requireRefused(asked, () -> stream.connect(nowhere));
            requireRefused(asked, () -> datagrams.send(ByteBuffer.allocate(0), nowhere));
            requireRefused(asked, () -> InetAddress.getByName("guard.invalid"));
        } finally {
            ask(proof, null);
        }
    }

    private static void requireRefused(AtomicInteger asked, Deed deed) {
        int before = asked.get();
        try {
            deed.run();
        } catch (IOException e) {
            if (asked.get() > before) {
                return;
            }
        }
        throw new IllegalStateException("a hook has no effect");
    }

    private interface Deed {
        void run() throws IOException;
    }
}
