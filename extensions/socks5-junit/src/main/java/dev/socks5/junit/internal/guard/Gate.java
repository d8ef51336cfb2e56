package dev.socks5.junit.internal.guard;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The place that hooked code asks before it connects or looks a name up. Hooked code calls a copy of this class, see
 * {@link GateCopy}: the class itself is never used, and may refer to nothing outside {@code java.base}.
 */
public final class Gate {

    /** Answers with the exception to throw, or with null; not set while no test is guarded. */
    @SuppressWarnings("NonFinalStaticField") // The copy's, set by Installation.
    public static volatile @Nullable BiFunction<String, Object, @Nullable IOException> guard;

    private Gate() {}

    /**
     * Throws what the guard answers.
     *
     * @param kind the name of a {@link Kind}
     * @param host where to: an address of any kind, a path or a name
     * @param port the port of an {@link InetAddress}, or -1
     * @throws IOException if the guard refuses
     */
    public static void check(String kind, Object host, int port) throws IOException {
        BiFunction<String, Object, @Nullable IOException> present = guard;
        if (present != null) {
            @Nullable
            IOException refusal =
                    present.apply(kind, port < 0 ? host : new InetSocketAddress((InetAddress) host, port));
            if (refusal != null) {
                throw refusal;
            }
        }
    }

    /**
     * Answers for a look-up that throws nothing.
     *
     * @param kind the name of a {@link Kind}
     * @param address whose name is wanted
     * @return the address as text if nobody may be asked for its name, or null
     */
    public static @Nullable String textInstead(String kind, InetAddress address) {
        BiFunction<String, Object, @Nullable IOException> present = guard;
        boolean refused = present != null && present.apply(kind, address) != null;
        return refused ? address.getHostAddress() : null;
    }
}
