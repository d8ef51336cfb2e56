package dev.socks5.proxy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.proxy.forward.ForwardCommand;
import dev.socks5.server.RequestPattern;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Upstream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The runnable server: command-line options in, a {@link Socks5Server} out. */
@Command(
        name = "socks5-server",
        description = "A SOCKS5 server (RFC 1928, RFC 1929, RFC 1961).",
        sortOptions = false,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "1:cannot listen there",
            "2:a wrong option",
            "129, 130, 143:told to end by SIGHUP, Ctrl+C or SIGTERM"
        },
        subcommands = ForwardCommand.class,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class ServerCommand implements Callable<Integer> {

    /** What a start that is under way gets when the process is told to end. */
    private static final Duration START = Duration.ofSeconds(5);

    /** What the terminal gets to take what is said at the end. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final int EXIT_FAILED = 1;
    private static final int EXIT_USAGE = 2;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ListenOptions listen;

    @Mixin
    private TlsOptions tls;

    @Mixin
    private LoginOptions login;

    @Mixin
    private GssapiOptions gssapi;

    @Mixin
    private RuleOptions rules;

    @Mixin
    private RouteOptions route;

    @Mixin
    private TimeOptions times;

    @Mixin
    private LimitOptions limits;

    @Mixin
    private Watch watch;

    @Mixin
    private StatusOptions status;

    /**
     * Runs the server until the process is told to stop.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(run(commandLine(), System.getProperty("sun.jnu.encoding", "unknown"), args));
    }

    /** @param encoding by which the JVM has decoded the arguments */
    static int run(CommandLine commandLine, String encoding, String... args) {
        String[] expanded;
        try {
            expanded = new CommandText(commandLine.getCommandSpec(), encoding).expand(args);
        } catch (IllegalArgumentException e) {
            return report(commandLine, e, EXIT_USAGE);
        }
        return commandLine.execute(expanded);
    }

    static CommandLine commandLine() {
        return new CommandLine(new ServerCommand())
                .setExpandAtFiles(false)
                .registerConverter(Path.class, Arguments.clear(Arguments::path))
                .registerConverter(ListenPlace.class, Arguments.clear(ListenPlace::parse))
                .registerConverter(Endpoint.class, Arguments.clear(Endpoint::parse))
                .registerConverter(EndpointPattern.class, Arguments.clear(EndpointPattern::parse))
                .registerConverter(RequestPattern.class, Arguments.clear(RequestPattern::parse))
                .registerConverter(Preference.class, Arguments.clear(Preference::parse))
                .registerConverter(ProtectionLevel.class, Arguments.clear(GssapiOptions::level))
                .registerConverter(Duration.class, Arguments.clear(Arguments::duration))
                .registerConverter(FailedLogins.class, Arguments.clear(FailedLogins::parse))
                .registerConverter(Mode.class, Arguments.clear(Mode::parse))
                .registerConverter(Ports.class, Arguments.clear(Ports::parse))
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
                .println(commandLine.getCommandSpec().qualifiedName() + ": "
                        + message.lines().findFirst().orElse("failed"));
        return exitCode;
    }

    @Override
    public Integer call() throws Exception {
        CompletableFuture<Socks5Server> started = new CompletableFuture<>();
        // Before anybody can connect: whoever does is served, however soon the process is told to end.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started), "socks5-shutdown"));
        try {
            started.complete(start());
        } catch (Throwable e) {
            started.completeExceptionally(e);
            throw e;
        }
        new CountDownLatch(1).await(); // The shutdown hook ends it.
        return 0;
    }

    /** Stops a server as soon as it has started, and does nothing if it has not. */
    void stop(CompletableFuture<Socks5Server> started) {
        try {
            stop(started.get(START.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // It has told why, or the process ends without it.
        }
    }

    /** Starts what the options say, and tells where. */
    Socks5Server start() throws IOException {
        Socks5ServerBuilder builder = Socks5Server.builder();
        try {
            configure(builder);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        try {
            Socks5Server server = status.start(builder);
            announce(server);
            watch.follow(server, out());
            return server;
        } catch (IllegalStateException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "listening beyond loopback or behind a balancer without a login needs --user, --users-file,"
                            + " --gssapi-keytab, --tls-client-ca or --allow-anonymous");
        }
    }

    private void configure(Socks5ServerBuilder builder) {
        tls.configure(builder, this::warn, System::nanoTime);
        listen.configure(builder);
        login.configure(builder);
        gssapi.configure(builder);
        rules.configure(builder);
        route.configure(builder);
        times.configure(builder);
        limits.configure(builder);
        watch.configure(builder);
    }

    private void announce(Socks5Server server) {
        PrintWriter out = out();
        Optional<String> user = login.anyUser();
        int number = 0;
        for (String line : listen.describe(server)) {
            String secured = number++ < tls.count() ? tls.describe() : "";
            out.println(line + secured + (user.isPresent() || gssapi.areGiven() ? ", login required" : ""));
        }
        String credentials = user.map(name -> "--proxy-user " + plain(name) + ":PASSWORD ")
                .orElse(gssapi.areGiven() ? "--socks5-gssapi " : "");
        listen.curlOption(server, tls.count())
                .map(proxy -> "curl " + proxy + " " + credentials + "https://example.com/")
                .or(() -> tls.command(server))
                .ifPresent(command -> out.println("Try:  " + command));
        status.addresses().forEach(address -> out.println("Status on " + address));
        out.println("Stop: Ctrl+C");
        out.flush();
    }

    /** A name that any shell and terminal takes as it is; else what stands for it. */
    private static String plain(String name) {
        return name.matches("[A-Za-z0-9._@-]+") ? name : "NAME";
    }

    /** What it says is said by another thread: a terminal that takes nothing must not keep it from ending. */
    void stop(Socks5Server server) {
        status.ending();
        ExecutorService console = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "socks5-console");
            thread.setDaemon(true);
            return thread;
        });
        console.execute(() -> {
            watch.makeRoom();
            say("Shutting down.");
        });
        try {
            boolean finished = server.shutdown(times.grace());
            watch.close(); // Before anybody hears that it is over.
            status.close();
            console.execute(() -> say(finished ? "All connections had finished." : "Closed what was still open."));
            console.shutdown();
            console.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(String line) {
        PrintWriter out = out();
        out.println(line);
        out.flush();
    }

    /** For what the operator should know, from any thread. */
    private void warn(String line) {
        spec.commandLine().getErr().println("socks5-server: " + line);
    }

    /** For the server's own messages. */
    private PrintWriter out() {
        return watch.ownsStandardOutput()
                ? spec.commandLine().getErr()
                : spec.commandLine().getOut();
    }
}
