package dev.socks5.examples.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import dev.socks5.server.AccessRules;
import dev.socks5.server.Authenticator;
import dev.socks5.server.Connector;
import dev.socks5.server.Match;
import dev.socks5.server.Resolver;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Upstream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The runnable server: command-line options in, a {@link Socks5Server} out. */
@Command(
        name = "socks5-server",
        description = "A SOCKS5 server (RFC 1928, RFC 1929).",
        sortOptions = false,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"1:cannot listen there", "2:a wrong option", "130, 143:stopped by Ctrl+C, or told to end"},
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class ServerCommand implements Callable<Integer> {

    /** What open connections get to finish after Ctrl+C. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final int EXIT_FAILED = 1;
    private static final int EXIT_USAGE = 2;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Where to listen; repeatable, IPv6 as [::1]:1080, port 0 for any. Default: 127.0.0.1:1080.")
    private List<Endpoint> listen = new ArrayList<>();

    @Option(
            names = "--listen-behind-balancer",
            paramLabel = "HOST:PORT",
            description =
                    "Where to listen for balancers that begin with a PROXY protocol header (version 1 or 2), which"
                            + " names the client; repeatable, needs --balancer.")
    private List<Endpoint> listenBehindBalancer = new ArrayList<>();

    @Option(
            names = "--balancer",
            paramLabel = "CIDR",
            description = "An address or block from which balancers connect; repeatable. Others are refused there.")
    private List<EndpointPattern> balancers = new ArrayList<>();

    @Option(
            names = "--user",
            paramLabel = "NAME:PASSWORD",
            description = "A user; repeatable. With users, a login is required.")
    private List<User> users = new ArrayList<>();

    @Option(
            names = "--users-file",
            paramLabel = "FILE",
            description = "Users, one NAME:PASSWORD a line, in UTF-8; # starts a comment line.")
    private Path usersFile;

    @Option(
            names = "--allow-anonymous",
            description =
                    "Needed to listen beyond loopback or behind a balancer without users: everyone can use the server"
                            + " then.")
    private boolean allowAnonymous;

    @ArgGroup(multiplicity = "0..*")
    private List<Rule> rules = new ArrayList<>();

    @Mixin
    private RouteOptions route = new RouteOptions();

    @Option(
            names = "--prefer",
            paramLabel = "FAMILY",
            description = "Of a name's addresses take ipv4 or ipv6 first, or ipv4-only or ipv6-only."
                    + " Default: the system's order.")
    private Preference prefer;

    @Option(names = "--tor-resolve", description = "Answer Tor's RESOLVE and RESOLVE_PTR, as tor-resolve sends them.")
    private boolean torResolve;

    @Option(
            names = "--handshake-timeout",
            paramLabel = "TIME",
            description = "From acceptance to the request; a number and ms, s, m or h. Default: 10s.")
    private Duration handshakeTimeout;

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            description = "From the request to the connection, look-up included. Default: 15s.")
    private Duration connectTimeout;

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            description = "For tunnels through which nothing moves, for example 5m. Default: 1h.")
    private Duration idleTimeout;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "Open connections in all. Default: no limit.")
    private Integer maxConnections;

    @Option(
            names = "--max-per-client",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "Open connections from one client address. Default: no limit.")
    private Integer maxPerClient;

    @Mixin
    private LimitOptions limits;

    @Mixin
    private Watch watch;

    /** One of {@code --allow} and {@code --deny}: a group, so that their order is kept. */
    private static final class Rule {
        @Option(
                names = "--allow",
                required = true,
                paramLabel = "RULE",
                description = {
                    "Let clients do that; repeatable. The first --allow or --deny that matches decides;"
                            + " with any --allow, what none matches is refused.",
                    "RULE: destinations (10.0.0.0/8, [::1], a host name, *.suffix or *, and optionally :PORT or"
                            + " :FROM-TO), user=NAME, client=CIDR, command=connect|bind|udp-associate|...; several in"
                            + " one argument, with blanks between them, have to hold together."
                })
        private Match allow;

        @Option(
                names = "--deny",
                required = true,
                paramLabel = "RULE",
                description = "Do not let clients do that; repeatable.")
        private Match deny;

        private void addTo(AccessRules.Builder rules) {
            if (allow != null) {
                rules.allow(allow);
            } else {
                rules.deny(deny);
            }
        }
    }

    /**
     * Runs the server until the process is told to stop.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new ServerCommand())
                .registerConverter(Endpoint.class, Arguments.clear(Endpoint::parse))
                .registerConverter(EndpointPattern.class, Arguments.clear(EndpointPattern::parse))
                .registerConverter(Match.class, Arguments.clear(Match::parse))
                .registerConverter(Preference.class, Arguments.clear(Preference::parse))
                .registerConverter(Duration.class, Arguments.clear(Arguments::duration))
                .registerConverter(FailedLogins.class, Arguments.clear(FailedLogins::parse))
                .registerConverter(User.class, Arguments.clear(User::parse))
                .registerConverter(Upstream.class, Arguments.clear(Upstream::parse))
                .registerConverter(InetAddress.class, Arguments.clear(Arguments::address))
                .setParameterExceptionHandler((e, args) -> report(e.getCommandLine(), e, EXIT_USAGE))
                .setExecutionExceptionHandler((e, commandLine, result) -> report(commandLine, e, EXIT_FAILED));
    }

    /** One line, no stack trace: what is wrong is in the message. */
    private static int report(CommandLine commandLine, Exception e, int exitCode) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        commandLine
                .getErr()
                .println("socks5-server: " + message.lines().findFirst().orElse("failed"));
        return exitCode;
    }

    @Override
    public Integer call() throws Exception {
        Socks5Server server = start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "socks5-shutdown"));
        new CountDownLatch(1).await(); // The shutdown hook ends it.
        return 0;
    }

    /** Starts what the options say, and tells where. */
    Socks5Server start() throws IOException {
        Map<String, String> passwords = passwords();
        Socks5ServerBuilder builder = Socks5Server.builder();
        try {
            configure(builder, passwords);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        try {
            Socks5Server server = builder.start();
            announce(server, passwords);
            watch.follow(server, out());
            return server;
        } catch (IllegalStateException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "listening beyond loopback or behind a balancer without a login needs --user, --users-file or --allow-anonymous");
        }
    }

    private Map<String, String> passwords() {
        Map<String, String> passwords = new LinkedHashMap<>();
        try {
            if (usersFile != null) {
                User.readAll(usersFile).forEach(user -> passwords.put(user.name(), user.password()));
            }
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(), "cannot read --users-file " + usersFile + ": " + reason(e));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--users-file " + usersFile + ": " + e.getMessage());
        }
        users.forEach(user -> passwords.put(user.name(), user.password()));
        return passwords;
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "no such file" : e.toString();
    }

    private void configure(Socks5ServerBuilder builder, Map<String, String> passwords) {
        for (Endpoint endpoint : listen) {
            builder.listen(Arguments.resolve(endpoint));
        }
        if (listenBehindBalancer.isEmpty() != balancers.isEmpty()) {
            throw new IllegalArgumentException("--listen-behind-balancer and --balancer need each other");
        }
        for (Endpoint endpoint : listenBehindBalancer) {
            builder.listenBehindBalancer(Arguments.resolve(endpoint), balancers.toArray(EndpointPattern[]::new));
        }
        if (!passwords.isEmpty() || usersFile != null) {
            builder.authenticator(Authenticator.of(passwords));
        }
        if (allowAnonymous) {
            builder.allowAnonymous();
        }
        AccessRules.Builder accessRules = AccessRules.builder();
        rules.forEach(rule -> rule.addTo(accessRules));
        builder.accessRule(accessRules.build());
        builder.connector(Connector.always(route.route()));
        if (prefer != null) {
            builder.resolver(prefer.over().apply(Resolver.system().cached()));
        }
        if (torResolve) {
            builder.torResolve();
        }
        if (handshakeTimeout != null) {
            builder.handshakeTimeout(handshakeTimeout);
        }
        if (connectTimeout != null) {
            builder.connectTimeout(connectTimeout);
        }
        if (idleTimeout != null) {
            builder.idleTimeout(idleTimeout);
        }
        if (maxConnections != null) {
            builder.maxConnections(maxConnections);
        }
        if (maxPerClient != null) {
            builder.maxPerClient(maxPerClient);
        }
        limits.configure(builder);
        watch.addTo(builder);
    }

    private void announce(Socks5Server server, Map<String, String> passwords) {
        PrintWriter out = out();
        List<InetSocketAddress> addresses = server.localAddresses();
        int direct = addresses.size() - listenBehindBalancer.size(); // These come first.
        for (int i = 0; i < addresses.size(); i++) {
            out.println("Listening on " + Endpoint.of(addresses.get(i)) + (i < direct ? "" : ", behind a balancer")
                    + (passwords.isEmpty() ? "" : ", login required"));
        }
        String login = passwords.isEmpty()
                ? ""
                : "--proxy-user " + passwords.keySet().iterator().next() + ":PASSWORD ";
        if (direct > 0) {
            out.println("Try:  curl --socks5-hostname " + Arguments.reachable(addresses.get(0)) + " " + login
                    + "https://example.com/");
        }
        out.println("Stop: Ctrl+C");
        out.flush();
    }

    private void stop(Socks5Server server) {
        PrintWriter out = out();
        try {
            watch.makeRoom();
            out.println("Shutting down.");
            boolean finished = server.shutdown(GRACE);
            watch.close(); // Before anybody hears that it is over.
            out.println(finished ? "All connections had finished." : "Closed what was still open.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            out.flush();
        }
    }

    /** For the server's own messages. */
    private PrintWriter out() {
        return watch.ownsStandardOutput()
                ? spec.commandLine().getErr()
                : spec.commandLine().getOut();
    }
}
