package dev.socks5.benchmarks.trips;

import dev.socks5.benchmarks.compare.Fleet;
import dev.socks5.benchmarks.compare.Machine;
import dev.socks5.benchmarks.compare.Server;
import io.netty.util.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code benchmarks round-trips}: what clients wait for before the first byte comes. */
@Command(
        name = "round-trips",
        description =
                "Takes the time from connect to the first byte of the origin's answer, by our client and others, in"
                        + " turns, through one of our servers and through three in a row, each at the far end of a line with a"
                        + " delay; and prints the medians as one table.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:All was measured.", "1:Something failed.", "2:The command line is wrong."})
public final class RoundTripsCommand implements Callable<Integer> {

    private static final int WARM_UP = 3;

    @Spec
    private CommandSpec spec;

    @Option(names = "--runs", paramLabel = "N", description = "How often each client goes. Default: ${DEFAULT-VALUE}.")
    private int runs = 20;

    @Option(
            names = "--delay",
            paramLabel = "MS",
            description = "Milliseconds from one end of a line to the other. Default: ${DEFAULT-VALUE}.")
    private int delay = 25;

    @Option(names = "--java", paramLabel = "HOME", description = "The servers' JVM. Default: the one that runs this.")
    private Path javaHome = Path.of(System.getProperty("java.home"));

    @Option(names = "--jar", paramLabel = "FILE", description = "Our server. Default: ${DEFAULT-VALUE}.")
    private Path jar = Path.of("tools/socks5-proxy/target/socks5-server.jar");

    /** For picocli. */
    @SuppressWarnings("NullAway.Init") // picocli gives the CommandSpec.
    public RoundTripsCommand() {}

    /** Returns 1 if something failed, which the table shows. */
    @Override
    public Integer call() throws IOException {
        require(runs > 0, "--runs takes a positive number");
        require(delay > 0, "--delay takes a positive number");
        List<Client> clients = clients();
        Duration oneWay = Duration.ofMillis(delay);
        try (Origin origin = new Origin();
                Fleet fleet = new Fleet();
                Proxies open = Proxies.start(fleet, server(false), false, oneWay);
                Proxies guarded = Proxies.start(fleet, server(true), true, oneWay)) {
            List<Route> routes = Stream.concat(
                            open.routes(origin.address()).stream(), guarded.routes(origin.address()).stream())
                    .toList();
            Trips trips = new Trips(routes, clients);
            for (int i = -WARM_UP; i < runs; i++) {
                trips.round(i >= 0);
            }
            print(trips);
            return trips.failed() ? 1 : 0;
        } finally {
            clients.forEach(Client::close);
        }
    }

    /** The JDK's first, because the others are compared with it; then ours, which chains are compared with. */
    static List<Client> clients() {
        List<Client> clients = new ArrayList<>(List.of(new JdkClient()));
        clients.addAll(OurClient.all());
        clients.add(new NettyClient());
        PySocksClient.start().ifPresent(clients::add);
        return clients;
    }

    private Server server(boolean login) {
        List<String> options = login ? List.of("--user", Route.USER + ":" + Route.PASSWORD) : List.of();
        return Server.ours(javaHome, jar, options);
    }

    private void print(Trips trips) {
        PrintWriter out = spec.commandLine().getOut();
        Machine.facts(javaHome, List.of()).forEach(fact -> out.println("* " + fact));
        out.println("* Netty " + Version.identify().values().iterator().next().artifactVersion());
        out.println(
                "* the median of %d runs (least–greatest) after %d to warm up, with %d ms one way; × the first client"
                        .formatted(runs, WARM_UP, delay));
        out.println();
        out.print(trips.markdown(Duration.ofMillis(delay).multipliedBy(2)));
        out.flush();
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
