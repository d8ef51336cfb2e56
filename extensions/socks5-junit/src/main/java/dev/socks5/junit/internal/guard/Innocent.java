package dev.socks5.junit.internal.guard;

import java.lang.StackWalker.StackFrame;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;

/** Knows what is no direct connection, though nobody has declared it. */
final class Innocent {

    /** Our server, which dials and looks up for its clients. */
    private static final String SERVER = "dev.socks5.server.";

    /** A pipe on Windows is a connection of the process to itself. */
    private static final String PIPE = "sun.nio.ch.PipeImpl";

    /**
     * The first asks for this machine's own name. The second is a reverse look-up, of which the guard was asked before,
     * and which looks up the name that it has found.
     */
    private static final Set<String> LOOKUPS_OF_THE_JDK = Set.of("getLocalHost", "getHostFromNameService");

    private static final String LOCALHOST = "localhost";

    private Innocent() {}

    /** Whether a look-up or a ping is about this machine alone, and so tells the network of no destination. */
    static boolean isAboutThisMachine(Object given) {
        return (given instanceof String name && isOwnName(name))
                || (given instanceof InetAddress address && Allowed.isOfThisMachine(address));
    }

    static boolean isOnStack(Kind kind) {
        return StackWalker.getInstance().walk(frames -> frames.anyMatch(frame -> isInnocent(kind, frame)));
    }

    private static boolean isInnocent(Kind kind, StackFrame frame) {
        String type = frame.getClassName();
        return type.startsWith(SERVER)
                || type.startsWith(PIPE)
                || (kind == Kind.LOOKUP
                        && type.equals("java.net.InetAddress")
                        && LOOKUPS_OF_THE_JDK.contains(frame.getMethodName()));
    }

    private static boolean isOwnName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals(LOCALHOST) || lower.endsWith("." + LOCALHOST)) {
            return true;
        }
        try {
            return lower.equals(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
