package dev.socks5.junit.internal.guard;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/** The agent of {@code -javaagent:socks5-junit.jar}. It changes nothing before a guarded test begins. */
public final class GuardAgent {

    /** Set by the JVM at its start, in the copy of this class that the system class loader has. */
    @SuppressWarnings("NonFinalStaticField")
    public static volatile @Nullable Instrumentation instrumentation;

    private GuardAgent() {}

    /**
     * Called by the JVM.
     *
     * @param options are ignored
     * @param given what lets classes be changed
     */
    public static void premain(@Nullable String options, Instrumentation given) {
        instrumentation = given;
    }
}
