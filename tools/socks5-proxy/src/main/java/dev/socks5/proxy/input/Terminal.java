package dev.socks5.proxy.input;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells whether a person sits in front of the process. */
public final class Terminal {

    private static final Path STANDARD_INPUT = Path.of("/proc/self/fd/0");

    private Terminal() {}

    /** Tells whether standard input and output are a terminal. */
    public static boolean isThere() {
        return isTerminal(Console.class, System.console());
    }

    /** Before Java 22 there is no console unless there is a terminal; since then, it has to be asked. */
    static boolean isTerminal(Class<?> type, Object console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) type.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** Tells whether standard input alone is one; {@code false} where that cannot be known. */
    public static boolean isInput() {
        try {
            return Files.readSymbolicLink(STANDARD_INPUT).toString().matches("/dev/(pts/|tty).*");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
