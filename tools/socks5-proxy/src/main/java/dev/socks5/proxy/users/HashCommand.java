package dev.socks5.proxy.users;

import dev.socks5.proxy.input.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Hashes a password for the users file. */
@Command(
        name = "hash",
        description = {
            "Hash a password, for a line NAME:HASH of --users-file; htpasswd -B makes such hashes as well.",
            "Asks for the password on a terminal, else reads a line of standard input: no argument takes it, because"
                    + " other users of this host can see a command line."
        },
        sortOptions = false,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"2:a wrong option, or a password that cannot be hashed"})
public final class HashCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "Print the whole line for this user, instead of the hash alone.")
    private String name;

    @Option(
            names = "--cost",
            paramLabel = "N",
            description = "How much work a check is, from " + Bcrypt.CHEAPEST + " to " + Bcrypt.DEAREST
                    + "; one more doubles it. Default: " + Bcrypt.USUAL + ".")
    private int cost = Bcrypt.USUAL;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // It is for the parser alone.
    private boolean help;

    private final InputStream in;

    /** Makes a command that reads this process's standard input. */
    public HashCommand() {
        this(System.in);
    }

    HashCommand(InputStream in) {
        this.in = in;
    }

    @Override
    public Integer call() throws IOException {
        CommandSpec server = spec.parent();
        if (server != null
                && !server.commandLine().getParseResult().matchedOptions().isEmpty()) {
            throw wrong("the server's options have no place before " + spec.name());
        }
        if (name != null && !isKept(name)) {
            throw wrong("no users file can have that name");
        }
        String hash;
        try {
            hash = Bcrypt.hash(password(), cost);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
        spec.commandLine().getOut().println(name == null ? hash : name + ":" + hash);
        spec.commandLine().getOut().flush();
        return 0;
    }

    /** Tells whether a users file gives this name back. */
    private static boolean isKept(String name) {
        try {
            List<User> read = User.parseAll(name + ":x");
            return read.size() == 1 && read.get(0).name().equals(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private byte[] password() throws IOException {
        if (in != System.in) {
            return firstLine(in);
        }
        if (Terminal.isThere()) {
            return ask(System.console());
        }
        if (Terminal.isInput()) {
            throw new IllegalArgumentException(
                    "what is typed would show: run it without > or >> and copy the line, or pipe the password in");
        }
        return firstLine(in);
    }

    private static byte[] ask(Console console) {
        char[] first = console.readPassword("Password: ");
        char[] second = console.readPassword("Again: ");
        if (first == null || !Arrays.equals(first, second)) {
            throw new IllegalArgumentException("these two are not the same");
        }
        return new String(first).getBytes(StandardCharsets.UTF_8);
    }

    /** Reads up to the first line end or the end: as bytes, as clients will send them. */
    static byte[] firstLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        byte[] bytes = line.toByteArray();
        boolean windows = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
        return windows ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
