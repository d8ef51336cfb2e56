package dev.socks5.proxy.forward;

import dev.socks5.client.ConnectAttempt;
import dev.socks5.client.ConnectFailure;
import dev.socks5.client.ConnectTimes;
import dev.socks5.client.LocalForward;
import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.client.Socks5ClientListener;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Listens on local addresses, and carries each connection through a proxy: the idea of {@code ssh -L}. */
@Command(
        name = "forward",
        description = {
            "Carry connections from local addresses through a SOCKS5 proxy, for programs that know no proxy: ssh -L"
                    + " without ssh.",
            "Whoever can reach a local address uses the proxy with this login. A connection is reset if the"
                    + " destination cannot be reached, and standard error says why."
        },
        sortOptions = false,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "1:cannot listen there",
            "2:a wrong option",
            "129, 130, 143:told to end by SIGHUP, Ctrl+C or SIGTERM"
        })
public final class ForwardCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--proxy",
            paramLabel = "URI",
            description = {
                "The proxy: socks5h://[USER[:PASSWORD]@]HOST[:PORT], or socks5hs:// for one that is reached by TLS."
                        + " Default: that of the environment variable all_proxy or ALL_PROXY. It is not tried before"
                        + " the first connection comes.",
                "Repeat it for proxies to use, in this order, if those before fail.",
                "Other users of this host can see a command line: a password is better in the environment, or in an"
                        + " @FILE with --proxy=URI in it."
            })
    private List<String> proxies = List.of();

    @Option(
            names = {"-v", "--verbose"},
            description = "Print a line for each connection that is carried, too, with the time that each phase took.")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // It is for the parser alone.
    private boolean help;

    @Parameters(
            arity = "1..*",
            paramLabel = "LOCAL=DESTINATION",
            description = {
                "Where to listen and where to go: [HOST:]PORT=HOST:PORT. Without a local host, 127.0.0.1; with local"
                        + " port 0, any. The proxy looks the destination up.",
                "For example 5432=db.internal:5432, where ssh has -L 5432:db.internal:5432."
            })
    private List<String> arguments;

    private final Map<String, String> environment;

    /** Makes a command that knows this process's environment. */
    public ForwardCommand() {
        this(System.getenv());
    }

    ForwardCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Forwards until the process is told to stop. */
    @Override
    public Integer call() throws Exception {
        List<LocalForward> open = open();
        // A connection that is cut short must not look like one that has ended.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> open.forEach(LocalForward::close), "socks5-forward-shutdown"));
        new CountDownLatch(1).await(); // The signal that starts the hook ends it.
        return 0;
    }

    /** Opens all, or none; and tells where. */
    List<LocalForward> open() throws IOException {
        refuseOptionsOfTheServer();
        List<Forwarding> forwardings = arguments.stream().map(this::parse).toList();
        Socks5Client client = client();
        List<LocalForward> open = new ArrayList<>();
        try {
            for (Forwarding forwarding : forwardings) {
                open.add(client.forward(forwarding.local(), forwarding.destination()));
            }
        } catch (IOException e) {
            open.forEach(LocalForward::close);
            throw e;
        }
        PrintWriter out = spec.commandLine().getOut();
        for (int i = 0; i < open.size(); i++) {
            out.println("Forwarding " + Endpoint.of(open.get(i).localAddress()) + " to "
                    + forwardings.get(i).destination());
        }
        out.println("Stop: Ctrl+C");
        out.flush();
        return open;
    }

    private void refuseOptionsOfTheServer() {
        CommandSpec server = spec.parent();
        if (server != null
                && !server.commandLine().getParseResult().matchedOptions().isEmpty()) {
            throw wrong("the server's options have no place before " + spec.name());
        }
    }

    /** Is no converter of picocli, which would put the place of the parameter before the message. */
    private Forwarding parse(String argument) {
        try {
            return Forwarding.parse(argument);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private Socks5Client client() {
        // A script may say --proxy="$PROXY" whether there is one or not.
        List<String> given = proxies.stream().filter(uri -> !uri.isEmpty()).toList();
        List<String> uris = given.isEmpty() ? List.of(fromEnvironment()) : given;
        try {
            List<Socks5Client> clients =
                    uris.stream().map(uri -> builder(uri).build()).toList();
            return Socks5Client.inOrder(
                    clients.get(0), clients.subList(1, clients.size()).toArray(Socks5Client[]::new));
        } catch (IllegalArgumentException e) {
            throw wrong((given.isEmpty() ? "all_proxy" : "--proxy") + ": " + e.getMessage());
        }
    }

    private String fromEnvironment() {
        return Stream.of(environment.get("all_proxy"), environment.get("ALL_PROXY"))
                .filter(text -> text != null && !text.isEmpty())
                .findFirst()
                .orElseThrow(() -> wrong("no proxy: --proxy or the environment variable all_proxy names one"));
    }

    private Socks5ClientBuilder builder(String uri) {
        return Socks5Client.builder().uri(uri).listener(new Socks5ClientListener() {
            @Override
            public void connected(ConnectAttempt attempt, ConnectTimes times) {
                if (verbose) {
                    tell(attempt, times.toString());
                }
            }

            @Override
            public void failed(ConnectAttempt attempt, ConnectFailure failure) {
                // The program that has made the local connection cannot know why it is reset.
                String reason = failure.cause().getMessage();
                tell(attempt, reason == null ? failure.cause().toString() : reason);
            }
        });
    }

    private void tell(ConnectAttempt attempt, String outcome) {
        spec.commandLine()
                .getErr()
                .println(spec.qualifiedName() + ": " + attempt.request().destination() + ": " + outcome);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
