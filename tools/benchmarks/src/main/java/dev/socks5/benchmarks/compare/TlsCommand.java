package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.clients.ClientLoad;
import dev.socks5.benchmarks.clients.Work;
import dev.socks5.benchmarks.load.Measure;
import dev.socks5.client.Socks5Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code benchmarks tls}: what TLS costs our server, beside those that take it off in front of a plain one. */
@Command(
        name = "tls",
        description =
                "Goes through our client by TLS to our server, and to HAProxy and stunnel with our plain server behind"
                        + " them, if they are installed, in turns; and prints the medians as one table.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:All was measured.", "1:Something failed.", "2:The command line is wrong."})
public final class TlsCommand implements Callable<Integer> {

    private static final Duration WARM_UP = Duration.ofSeconds(3);

    /** Starts $1... and waits until it accepts at port $0; then runs the rest, from a word "--" on, in its place. */
    private static final String BEHIND = """
            port=$0; back=()
            while [ "$1" != -- ]; do back+=("$1"); shift; done
            shift
            "${back[@]}" > /dev/null &
            until (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do sleep 0.1; done
            exec "$@"
            """;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOptions options;

    /** Picocli gives the {@link CommandSpec}. */
    @SuppressWarnings("NullAway.Init")
    public TlsCommand() {}

    /** Returns 1 if something failed, which the table shows. */
    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        options.check(spec.commandLine());
        Path folder = Files.createTempDirectory("keys");
        try {
            ServerKeys keys = ServerKeys.in(folder);
            Results results = options.run(spec.commandLine(), servers(keys), measures(keys.trusting()));
            return results.failed() ? 1 : 0;
        } finally {
            Fleet.delete(folder);
        }
    }

    private static List<Measure> measures(SSLContext trusting) {
        List<Measure> measures = new ArrayList<>();
        for (int tunnels : List.of(1, 16)) {
            measures.add(at("download", Work.DOWNLOAD, tunnels, trusting));
            measures.add(at("upload", Work.UPLOAD, tunnels, trusting));
        }
        measures.add(at("exchanges", Work.EXCHANGES, 16, trusting));
        measures.add(at("connections", Work.CONNECTIONS, 16, trusting));
        return measures;
    }

    private static Measure at(String kind, Work work, int threads, SSLContext trusting) {
        return new ClientLoad(
                kind, proxy -> Socks5Client.builder().proxy(proxy).tls(trusting).build(), work, threads, WARM_UP);
    }

    private List<Server> servers(ServerKeys keys) {
        List<Server> servers = new ArrayList<>();
        servers.add(new Server(KnownServers.OURS, (port, folder) -> ours(port, keys)));
        KnownServers.find("haproxy")
                .ifPresent(haproxy -> servers.add(new Server(
                        "HAProxy",
                        (port, folder) -> behind((back) ->
                                KnownServers.command(haproxy, "-db", "-f", haproxy(folder, port, back, keys.pem()))),
                        KnownServers.command(haproxy, "-v"),
                        measure -> true)));
        KnownServers.find("stunnel")
                .ifPresent(stunnel -> servers.add(new Server(
                        "stunnel",
                        (port, folder) ->
                                behind(back -> KnownServers.command(stunnel, stunnel(folder, port, back, keys.pem()))),
                        KnownServers.command(stunnel, "-version"),
                        measure -> true)));
        return servers;
    }

    private List<String> ours(int port, ServerKeys keys) {
        List<String> command = plain();
        command.addAll(KnownServers.command(
                "--listen-tls",
                "127.0.0.1:" + port,
                "--tls-keystore",
                keys.store(),
                "--tls-keystore-password-file",
                keys.password()));
        return command;
    }

    /** The words that start our server, except where it listens. */
    private List<String> plain() {
        return new ArrayList<>(KnownServers.command(
                options.javaHome().resolve("bin").resolve("java"), "-jar", options.jar(), "--allow", "127.0.0.0/8"));
    }

    /** The command line of a program in front of our plain server. */
    private interface Front {
        List<String> command(int back) throws IOException;
    }

    private List<String> behind(Front front) throws IOException {
        int back = Fleet.freePort();
        List<String> command = new ArrayList<>(KnownServers.command("/bin/bash", "-c", BEHIND, back));
        command.addAll(plain());
        command.addAll(List.of("--listen", "127.0.0.1:" + back, "--"));
        command.addAll(front.command(back));
        return command;
    }

    private static Path haproxy(Path folder, int port, int back, Path pem) throws IOException {
        return Files.write(
                folder.resolve("haproxy-" + port + ".cfg"),
                List.of(
                        "defaults",
                        "mode tcp",
                        "timeout connect 5s",
                        "timeout client 1h",
                        "timeout server 1h",
                        "listen socks",
                        "bind 127.0.0.1:" + port + " ssl crt " + pem,
                        "server plain 127.0.0.1:" + back));
    }

    private static Path stunnel(Path folder, int port, int back, Path pem) throws IOException {
        return Files.write(
                folder.resolve("stunnel-" + port + ".conf"),
                List.of(
                        "foreground = yes",
                        "pid =",
                        "debug = err",
                        "socket = l:TCP_NODELAY=1",
                        "socket = r:TCP_NODELAY=1",
                        "[socks]",
                        "accept = 127.0.0.1:" + port,
                        "connect = 127.0.0.1:" + back,
                        "cert = " + pem));
    }
}
