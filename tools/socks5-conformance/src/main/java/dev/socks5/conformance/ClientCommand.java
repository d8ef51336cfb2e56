package dev.socks5.conformance;

import dev.socks5.conformance.client.ClientCases;
import dev.socks5.conformance.client.ClientProbe;
import dev.socks5.conformance.client.ClientTrial;
import dev.socks5.conformance.client.ClientUnderTest;
import dev.socks5.conformance.client.Program;
import dev.socks5.conformance.client.Prompt;
import dev.socks5.conformance.report.Report;
import dev.socks5.conformance.report.Side;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Violation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Judges a client. */
@Command(
        name = "client",
        description = "Judges a SOCKS5 client, which is started for each case: the suite plays the proxy on 127.0.0.1.",
        footerHeading = "What a command is:%n",
        footer = {
            "A command is run without a shell. In it, {proxy} is replaced by HOST:PORT of the proxy,",
            "{proxy-host} and {proxy-port} by either, {url}, {host}, {port} and {path} by where to go,",
            "{user} and {password} by a login. For example:",
            "  --command \"curl -sS --socks5-hostname {proxy} {url}\""
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ClientCommand implements Callable<Integer> {

    /** A program that is started by hand uses one proxy at a time. */
    private static final int ONE = 1;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--command",
            paramLabel = "COMMAND",
            description = "Fetches {url} through {proxy}, and prints the page.")
    private @Nullable String command;

    @Option(
            names = "--login-command",
            paramLabel = "COMMAND",
            description = "The same, and logs in with {user} and {password}.")
    private @Nullable String loginCommand;

    @Option(
            names = "--udp-command",
            paramLabel = "COMMAND",
            description = "Sends a datagram to {host}:{port} through {proxy}, and prints the answer.")
    private @Nullable String udpCommand;

    @Option(
            names = "--bind-command",
            paramLabel = "COMMAND",
            description = "Has {proxy} accept a connection from {host}:{port}, and prints what comes.")
    private @Nullable String bindCommand;

    @Option(
            names = "--listen",
            paramLabel = "PORT",
            description = "In the place of --command: says what to fetch, and waits until somebody does so through"
                    + " 127.0.0.1:PORT by hand.")
    private @Nullable Integer port;

    @Mixin
    private RunOptions options;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ClientUnderTest client = client();
        List<Case<ClientTrial>> cases = options.begin(ClientCases.all(), spec.commandLine());
        Set<Feature> features;
        try {
            features = ClientProbe.features(client, options.patience());
        } catch (Violation | IOException e) { // Such a program may not even start.
            spec.commandLine().getErr().println("socks5-conformance: nothing to judge: " + e.getMessage());
            return Conformance.EXIT_USAGE;
        }
        String target = command == null ? "by hand, through 127.0.0.1:" + port : command;
        Report report = options.run(
                Side.CLIENT,
                target,
                cases,
                features,
                ClientTrial.of(client, features, options.patience()),
                port == null ? Integer.MAX_VALUE : ONE);
        return options.write(report);
    }

    private ClientUnderTest client() {
        if ((command == null) == (port == null)) {
            throw new ParameterException(spec.commandLine(), "either --command or --listen is needed");
        }
        if (port != null && (port < 1 || port > 65_535)) {
            throw new ParameterException(spec.commandLine(), "--listen is a port, 1 to 65535");
        }
        if (port != null) {
            requireFree(port);
        }
        ClientUnderTest client = port != null
                ? ClientUnderTest.byHand(new Prompt(System.err), port)
                : ClientUnderTest.of(program("--command", command));
        if (loginCommand != null) {
            client = client.withLogin(program("--login-command", loginCommand));
        }
        if (udpCommand != null) {
            client = client.withUdp(program("--udp-command", udpCommand));
        }
        return bindCommand == null ? client : client.withBind(program("--bind-command", bindCommand));
    }

    private void requireFree(int listenPort) {
        try {
            new ServerSocket(listenPort, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})).close();
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "--listen " + listenPort + ": " + e.getMessage());
        }
    }

    private Program program(String option, @Nullable String line) {
        try {
            return dev.socks5.conformance.client.Command.parse(String.valueOf(line));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage());
        }
    }
}
