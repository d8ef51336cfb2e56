package dev.socks5.proxy;

import dev.socks5.proxy.input.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Reads the command line as text that means the same in every locale. Files of options are in UTF-8. Arguments are
 * decoded by the JVM, and what its encoding does not know is lost then: whatever may have been is refused.
 */
final class CommandText {

    private static final String FILE = "@";
    private static final char REPLACEMENT = '\ufffd';

    private final CommandSpec spec;
    private final String encoding;

    /**
     * @param spec tells options from their values
     * @param encoding the name of the character set by which the JVM has decoded the arguments
     */
    CommandText(CommandSpec spec, String encoding) {
        this.spec = spec;
        this.encoding = encoding;
    }

    /**
     * Puts what is in a file in the place of each {@code @FILE} that there is; {@code @@} stands for a plain {@code @}.
     *
     * @throws IllegalArgumentException if an argument may have lost something, or a file is no good; the message names
     *     the option or the file, and repeats no value, because it may be a secret
     */
    String[] expand(String... args) {
        List<String> expanded = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            if (!isCertain(args[i])) {
                throw new IllegalArgumentException(origin(args, i)
                        + (isUtf8()
                                ? ": not in UTF-8"
                                : ": what is not ASCII is not certain in this locale (" + encoding
                                        + "); use one with UTF-8, or an @FILE, which is always in UTF-8"));
            }
            if (args[i].startsWith(FILE + FILE)) {
                expanded.add(args[i].substring(FILE.length()));
            } else if (isFile(args[i])) {
                expanded.addAll(read(file(args[i])));
            } else {
                expanded.add(args[i]);
            }
        }
        return expanded.toArray(String[]::new);
    }

    private boolean isCertain(String arg) {
        return isUtf8()
                ? arg.indexOf(REPLACEMENT) < 0
                        && StandardCharsets.UTF_8.newEncoder().canEncode(arg)
                : arg.chars().allMatch(c -> c < 0x80);
    }

    private boolean isUtf8() {
        return StandardCharsets.UTF_8.name().equalsIgnoreCase(encoding);
    }

    /** The option that an argument is, or the value of; else its position. */
    private String origin(String[] args, int index) {
        int equals = args[index].indexOf('=');
        OptionSpec itself = spec.optionsMap().get(equals < 0 ? args[index] : args[index].substring(0, equals));
        if (itself != null) {
            return itself.longestName();
        }
        OptionSpec before = index == 0 ? null : spec.optionsMap().get(args[index - 1]);
        boolean itsValue = before != null && before.arity().max() > 0;
        return itsValue ? before.longestName() : "argument " + (index + 1);
    }

    private static boolean isFile(String arg) {
        return arg.startsWith(FILE) && arg.length() > FILE.length() && Files.exists(file(arg));
    }

    private static Path file(String arg) {
        return Arguments.path(arg.substring(FILE.length()));
    }

    private static List<String> read(Path file) {
        try {
            return new OptionFile(TextFile.read(file)).arguments();
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read @" + file + ": " + TextFile.reason(e), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("@" + file + ": " + e.getMessage(), e);
        }
    }
}
