package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.clients.ClientLoad;
import dev.socks5.benchmarks.clients.Work;
import dev.socks5.benchmarks.load.Measure;
import dev.socks5.client.Socks5Client;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.gssapi.GssapiInitiator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

    @Mixin
    private RunOptions options;

    /** Picocli gives the {@link CommandSpec}. */
    @SuppressWarnings("NullAway.Init")
    public GssapiCommand() {}

    /** Returns 1 if something failed, which the table shows. */
    @Override
    public Integer call() throws IOException {
        options.check(spec.commandLine());
        Path folder = Files.createTempDirectory("realm");
        try (Realm realm = Realm.start(folder)) {
            Results results = options.run(spec.commandLine(), servers(realm), measures(realm));
            return results.failed() ? 1 : 0;
        } finally {
            Fleet.delete(folder);
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
        return new ClientLoad(kind, proxy -> client(proxy, initiator), Work.DOWNLOAD, tunnels, WARM_UP);
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
                options.javaHome().resolve("bin").resolve("java"),
                "-Djava.security.krb5.conf=" + realm.configuration(),
                "-jar",
                options.jar(),
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
        return KnownServers.dantedConfiguration(
                port,
                folder,
                "gssapi",
                "gssapi.servicename: rcmd",
                "gssapi.keytab: FILE:" + realm.serviceKeytab(),
                "gssapi.enctype: clear integrity confidentiality");
    }
}
