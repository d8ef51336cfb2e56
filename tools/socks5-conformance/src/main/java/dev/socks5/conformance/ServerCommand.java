package dev.socks5.conformance;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.conformance.report.Report;
import dev.socks5.conformance.report.Side;
import dev.socks5.conformance.server.ServerCases;
import dev.socks5.conformance.server.trial.ServerProbe;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.server.trial.ServerUnderTest;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Violation;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Judges a server. */
@Command(
        name = "server",
        description =
                "Judges the SOCKS5 server that listens on HOST:PORT. The server has to let clients reach this machine.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ServerCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "HOST:PORT", description = "Where the server listens; IPv6 as [::1]:1080.")
    private Endpoint where;

    @Option(names = "--login", paramLabel = "USER:PASSWORD", description = "A login that the server takes.")
    private @Nullable PasswordRequest login;

    @Option(
            names = "--pid",
            paramLabel = "N",
            description = "The server's process on this machine, to see what it uses under load.")
    private @Nullable Long process;

    @Option(
            names = "--name",
            paramLabel = "HOST",
            description =
                    "A name that the server can look up and that has several addresses, the last of which alone is"
                            + " the origin's.")
    private @Nullable String name;

    @Option(
            names = "--origin-address",
            paramLabel = "ADDRESS",
            description = "An address of this machine that the server can reach; once for IPv4, once for IPv6. Default:"
                    + " loopback for a server on this machine, else the address that faces it.")
    private List<InetAddress> origins = List.of();

    @Mixin
    private RunOptions options;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Case<ServerTrial>> cases = options.begin(ServerCases.all(), spec.commandLine());
        ServerUnderTest server = server();
        Set<Feature> features;
        try {
            features = ServerProbe.features(server, options.patience());
        } catch (Violation e) {
            spec.commandLine()
                    .getErr()
                    .println("socks5-conformance: nothing to judge at " + where + ": " + e.getMessage()
                            + "; it has to be a SOCKS5 server that lets its clients connect to this machine");
            return Conformance.EXIT_USAGE;
        }
        Report report = options.run(
                Side.SERVER,
                where.toString(),
                cases,
                features,
                transcript -> new ServerTrial(server, transcript, options.patience()),
                Integer.MAX_VALUE);
        return options.write(
                login == null ? report : report.hiding(login.password().getBytes(StandardCharsets.ISO_8859_1)));
    }

    private ServerUnderTest server() throws IOException {
        String host = where.address().toString();
        InetSocketAddress address = where.toInetSocketAddress();
        if (address.isUnresolved()) {
            address = new InetSocketAddress(host, where.port());
        }
        if (address.isUnresolved()) {
            throw new ParameterException(spec.commandLine(), "unknown host " + host);
        }
        ServerUnderTest usual = ServerUnderTest.at(address);
        InetAddress ipv4 = origin(Inet4Address.class);
        InetAddress ipv6 = origin(Inet6Address.class);
        if (origins.isEmpty() && address.getAddress().isLoopbackAddress()) {
            ipv4 = usual.origin();
            ipv6 = usual.ipv6Origin();
        } else if (ipv4 == null && address.getAddress() instanceof Inet4Address) {
            ipv4 = Arguments.localAddressTowards(address);
        }
        if (ipv4 == null) {
            throw new ParameterException(spec.commandLine(), "--origin-address with an IPv4 address is needed");
        }
        return new ServerUnderTest(address, login, ipv4, ipv6, name, process);
    }

    private @Nullable InetAddress origin(Class<? extends InetAddress> family) {
        return origins.stream().filter(family::isInstance).findFirst().orElse(null);
    }
}
