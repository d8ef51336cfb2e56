package dev.socks5.proxy;

import dev.socks5.proxy.forward.ForwardCommand;
import dev.socks5.proxy.reload.Hangup;
import dev.socks5.proxy.users.HashCommand;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The runnable server: command-line options in, a {@link Socks5Server} out. */
@Command(
        name = "socks5-server",
        description = {
            "A SOCKS5 server (RFC 1928, RFC 1929, RFC 1961).",
            "SIGHUP does not end it: files of users, rules and TLS are read again, and the access log is opened anew."
        },
        sortOptions = false,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "1:cannot listen there",
            "2:a wrong option, or a file that cannot be used",
            "130, 143:told to end by Ctrl+C or SIGTERM"
        },
        subcommands = {ForwardCommand.class, HashCommand.class},
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
    private ReloadOptions reloading;

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

    private final Messages messages = new Messages(() -> spec.commandLine().getErr());

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
        return Converters.addTo(new CommandLine(new ServerCommand()))
                .setExpandAtFiles(false)
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
        Hangup.onSignal(reloading::hangUp); // First of all: it would end a process that is about to start.
        CompletableFuture<Socks5Server> started = new CompletableFuture<>();
        // Before anybody can connect: whoever does is served, however soon the process is told to end.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started), "socks5-shutdown"));
        try {
            started.complete(start(this::followChanges));
        } catch (Throwable e) {
            started.completeExceptionally(e);
            throw e;
        }
        new CountDownLatch(1).await(); // The shutdown hook ends it.
        return 0;
    }

    /** Before anybody knows that the server is there to be told of changes. */
    private void followChanges(Socks5Server server, Socks5ServerBuilder builder) {
        messages.waitForNobody();
        reloading.follow(server, builder, onHangup(), messages::say);
    }

    /** What SIGHUP has done, besides that users and rules are read again. */
    List<Runnable> onHangup() {
        return List.of(() -> watch.reopenLog(messages::say), tls::renew);
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
        return start((server, builder) -> {});
    }

    /** @param whenReady called before anything is told */
    private Socks5Server start(BiConsumer<Socks5Server, Socks5ServerBuilder> whenReady) throws IOException {
        Socks5ServerBuilder builder = Socks5Server.builder();
        try {
            configure(builder);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        Optional<String> anyUser = reloading.anyUser(); // Later another thread may change them.
        Socks5Server server = status.start(builder, this::listen);
        whenReady.accept(server, builder);
        announce(server, anyUser);
        watch.follow(server, out());
        return server;
    }

    private Socks5Server listen(Socks5ServerBuilder builder) throws IOException {
        try {
            return builder.start();
        } catch (IllegalStateException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "listening beyond loopback or behind a balancer without a login needs --user, --users-file,"
                            + " --gssapi-keytab, --tls-client-ca or --allow-anonymous");
        }
    }

    private void configure(Socks5ServerBuilder builder) {
        tls.configure(builder, messages::say, System::nanoTime);
        listen.configure(builder);
        login.configure(builder);
        gssapi.configure(builder);
        status.configure();
        rules.configure(builder);
        reloading.configure(builder, login, rules, status::guard, times.handshake(), messages::say, System::nanoTime);
        route.configure(builder);
        times.configure(builder);
        limits.configure(builder);
        if (reloading.anyUser().isEmpty() && !gssapi.areGiven() && !tls.isLogin()) {
            limits.withoutLogin(messages::say);
        }
        watch.configure(builder);
    }

    private void announce(Socks5Server server, Optional<String> anyUser) {
        PrintWriter out = out();
        new Announcement(listen, tls, anyUser, gssapi.areGiven()).lines(server).forEach(out::println);
        status.addresses().forEach(address -> out.println("Status on " + address));
        out.println("Stop: Ctrl+C");
        out.flush();
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
            reloading.close(); // Until now, logs may be opened anew and users removed.
            watch.close(); // Before anybody hears that it is over.
            status.close();
            console.execute(messages::close);
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

    /** For the server's own messages. */
    private PrintWriter out() {
        return watch.ownsStandardOutput()
                ? spec.commandLine().getErr()
                : spec.commandLine().getOut();
    }
}
