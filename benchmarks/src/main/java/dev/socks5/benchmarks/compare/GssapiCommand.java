package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.load.ClientBulk;
import dev.socks5.benchmarks.load.Measure;
import dev.socks5.client.Socks5Client;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.gssapi.GssapiInitiator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code benchmarks gssapi}: what protection costs our server, beside Dante. */
@Command(
        name = "gssapi",
        description =
                "Downloads through our client, at each protection level of GSSAPI, from our server and from Dante, in"
                        + " turns, with Kerberos; and prints the medians as one table.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:All was measured.", "1:Something failed.", "2:The command line is wrong."})
public final class GssapiCommand implements Callable<Integer> {

    private static final Duration WARM_UP = Duration.ofSeconds(3);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--sockd",
            paramLabel = "FILE",
            description = "Dante's server, built with GSSAPI (Debian's is not). Default: Dante does not take part.")
    private Optional<Path> sockd = Optional.empty();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each measure is run. Default: ${DEFAULT-VALUE}.")
    private int rounds = 5;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long each run measures, after it has warmed up. Default: ${DEFAULT-VALUE}.")
    private int seconds = 3;

    @Option(
            names = "--java",
            paramLabel = "HOME",
            description = "The JVM for our server. Default: the one that runs this.")
    private Path javaHome = Path.of(System.getProperty("java.home"));

    @Option(names = "--jar", paramLabel = "FILE", description = "Our server. Default: ${DEFAULT-VALUE}.")
    private Path jar = Path.of("examples/target/socks5-server.jar");

    @Option(names = "--csv", paramLabel = "FILE", description = "Also write each single figure there.")
    private Optional<Path> csv = Optional.empty();

    /** Picocli gives the {@link CommandSpec}. */
    @SuppressWarnings("NullAway.Init")
    public GssapiCommand() {}

    /** Returns 1 if something failed, which the table shows. */
    @Override
    public Integer call() throws IOException {
        if (rounds <= 0 || seconds <= 0) {
            throw new ParameterException(spec.commandLine(), "--rounds and --seconds take a positive number");
        }
        Path folder = Files.createTempDirectory("realm");
        try (Realm realm = Realm.start(folder)) {
            List<Server> servers = servers(realm);
            Results results = measure(servers, measures(realm));
            print(servers, results);
            return results.failed() ? 1 : 0;
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static List<Measure> measures(Realm realm) {
        List<Measure> measures = new ArrayList<>();
        for (int tunnels : List.of(1, 16)) {
            measures.add(at("unprotected", ProtectionLevel.NONE, tunnels, realm));
            measures.add(at("integrity", ProtectionLevel.INTEGRITY, tunnels, realm));
            measures.add(at("confidentiality", ProtectionLevel.CONFIDENTIALITY, tunnels, realm));
        }
        return measures;
    }

    private static Measure at(String kind, ProtectionLevel level, int tunnels, Realm realm) {
        GssapiInitiator initiator = GssapiInitiator.builder()
                .keytab(Realm.USER, realm.userKeytab())
                .service(Realm.SERVICE)
                .level(level)
                .build();
        return new ClientBulk(kind, proxy -> client(proxy, initiator), tunnels, WARM_UP);
    }

    private static Socks5Client client(InetSocketAddress proxy, GssapiInitiator initiator) {
        return Socks5Client.builder().proxy(proxy).gssapi(initiator).build();
    }

    private List<Server> servers(Realm realm) {
        List<Server> servers = new ArrayList<>();
        servers.add(new Server(KnownServers.OURS, (port, folder) -> ours(port, realm)));
        sockd.ifPresent(dante -> servers.add(new Server(
                "dante",
                (port, folder) -> dante(dante, danteConfiguration(port, folder, realm), realm),
                KnownServers.command(dante, "-v"),
                measure -> true)));
        return servers;
    }

    private List<String> ours(int port, Realm realm) {
        return KnownServers.command(
                javaHome.resolve("bin").resolve("java"),
                "-Djava.security.krb5.conf=" + realm.configuration(),
                "-jar",
                jar,
                "--listen",
                "127.0.0.1:" + port,
                "--allow",
                "127.0.0.0/8",
                "--gssapi-keytab",
                realm.serviceKeytab());
    }

    private static List<String> dante(Path sockd, Path configuration, Realm realm) {
        // Its cache of replays would outlive the realm.
        return KnownServers.command(
                "env", "KRB5_CONFIG=" + realm.configuration(), "KRB5RCACHENAME=none:", sockd, "-f", configuration);
    }

    private static Path danteConfiguration(int port, Path folder, Realm realm) throws IOException {
        String user = System.getProperty("user.name");
        NetworkInterface loopback =
                Objects.requireNonNull(NetworkInterface.getByInetAddress(InetAddress.getByName("127.0.0.1")));
        return Files.write(
                folder.resolve("dante-" + port + ".conf"),
                List.of(
                        "errorlog: stderr",
                        "internal: 127.0.0.1 port = " + port,
                        "external: " + loopback.getName(),
                        "clientmethod: none",
                        "socksmethod: gssapi",
                        "user.privileged: " + user,
                        "user.unprivileged: " + user,
                        "client pass {",
                        "from: 127.0.0.0/8 to: 0/0",
                        "gssapi.servicename: rcmd",
                        "gssapi.keytab: FILE:" + realm.serviceKeytab(),
                        "gssapi.enctype: clear integrity confidentiality",
                        "}",
                        "socks pass { from: 0/0 to: 0/0 }"));
    }

    private Results measure(List<Server> servers, List<Measure> measures) throws IOException {
        Writer file = csv.isPresent() ? Files.newBufferedWriter(csv.get()) : Writer.nullWriter();
        try (SingleFigures figures = new SingleFigures(file, spec.commandLine().getErr());
                Fleet fleet = new Fleet()) {
            return new Comparison(servers, measures, Duration.ofSeconds(seconds), figures).run(fleet, rounds);
        }
    }

    private void print(List<Server> servers, Results results) {
        PrintWriter out = spec.commandLine().getOut();
        Machine.facts(javaHome, servers).forEach(fact -> out.println("* " + fact));
        out.println("* the median of %d rounds of %d s each (least–greatest), and × that of %s"
                .formatted(rounds, seconds, KnownServers.OURS));
        out.println();
        List<String> names = servers.stream().map(Server::name).toList();
        out.print(new Table(results, names, KnownServers.OURS).markdown());
        out.flush();
    }
}
