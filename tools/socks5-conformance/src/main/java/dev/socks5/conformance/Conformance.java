package dev.socks5.conformance;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: {@code java -jar socks5-conformance.jar COMMAND}. */
@Command(
        name = "socks5-conformance",
        description = "Judges SOCKS5 servers and clients (RFC 1928, RFC 1929, RFC 1961).",
        subcommands = {ServerCommand.class, ClientCommand.class, ListCommand.class, TableCommand.class},
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:no case failed",
            "1:at least one case failed",
            "2:a wrong option, or the program under test cannot be reached at all",
            "3:the suite itself failed, in one case or as a whole: please report it"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
public final class Conformance implements Callable<Integer> {

    /** A wrong option, or nothing to judge. */
    static final int EXIT_USAGE = 2;

    /** A fault of the suite. */
    static final int EXIT_BROKEN = 3;

    @Spec
    private CommandSpec spec;

    /** Runs a command, and ends the process with its status. */
    public static void main(String... args) {
        // What is written for programs is in UTF-8, whatever the locale says.
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
        System.exit(commandLine().setOut(out).execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Conformance())
                .registerConverter(Endpoint.class, Arguments.clear(Endpoint::parse))
                .registerConverter(PasswordRequest.class, Arguments.clear(Arguments::login))
                .setParameterExceptionHandler((e, args) -> wrong(e))
                .setExecutionExceptionHandler((e, commandLine, result) -> broken(e, commandLine));
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a command is missing: server, client, list or table");
    }

    private static int wrong(ParameterException e) {
        CommandLine commandLine = e.getCommandLine();
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        commandLine
                .getErr()
                .println("socks5-conformance: " + message + "; see "
                        + commandLine.getCommandSpec().qualifiedName() + " --help");
        return EXIT_USAGE;
    }

    private static int broken(Exception e, CommandLine commandLine) {
        commandLine.getErr().println("socks5-conformance: the suite itself failed, please report this:");
        e.printStackTrace(commandLine.getErr());
        return EXIT_BROKEN;
    }
}
