package dev.socks5.conformance;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code java -jar socks5-conformance.jar COMMAND}. */
@Command(
        name = "socks5-conformance",
        mixinStandardHelpOptions = true,
        description = "Judges SOCKS5 servers and clients.")
public final class Conformance {

    private Conformance() {}

    /** Runs a command, and ends the process with its status. */
    public static void main(String... args) {
        System.exit(new CommandLine(new Conformance()).execute(args));
    }
}
