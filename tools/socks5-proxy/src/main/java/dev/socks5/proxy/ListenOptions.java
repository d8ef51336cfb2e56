package dev.socks5.proxy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import dev.socks5.codec.ProxyUri;
import dev.socks5.codec.SendAhead;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the server listens, and for whom. */
final class ListenOptions {

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description =
                    "Where to listen; repeatable, IPv6 as [::1]:1080, port 0 for any. inherited is the socket that"
                            + " is standard input, as systemd and inetd give it. Default: 127.0.0.1:1080.")
    private List<ListenPlace> listen = new ArrayList<>();

    @Option(
            names = "--reuse-port",
            description = "Let other processes of this user listen on the same addresses, if they say so as well: a new"
                    + " server can start before the old one ends.")
    private boolean reusePort;

    @Option(
            names = "--listen-unix",
            paramLabel = "PATH",
            description = "Listen on a Unix domain socket; repeatable. With this alone, no address is listened on."
                    + " A socket that nobody listens on any more is replaced, any other file is left alone.")
    private List<Path> listenUnix = new ArrayList<>();

    @Option(
            names = "--unix-mode",
            paramLabel = "MODE",
            description =
                    "The permissions of those sockets, as for chmod: whoever may write can connect. Default: 0600.")
    private Mode unixMode;

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

    void configure(Socks5ServerBuilder builder) {
        if (listenBehindBalancer.isEmpty() != balancers.isEmpty()) {
            throw new IllegalArgumentException("--listen-behind-balancer and --balancer need each other");
        }
        for (ListenPlace place : listen) {
            if (place.isInherited()) {
                builder.listenOn(InheritedSocket.open());
            } else {
                builder.listen(Arguments.resolve("--listen", place.endpoint()));
            }
        }
        if (listen.stream().filter(ListenPlace::isInherited).count() > 1) {
            throw new IllegalArgumentException("--listen inherited: there is one such socket");
        }
        if (reusePort) {
            builder.reusePort();
        }
        if (unixMode != null && listenUnix.isEmpty()) {
            throw new IllegalArgumentException("--unix-mode needs --listen-unix");
        }
        for (Path path : listenUnix) {
            if (unixMode == null) {
                builder.listenUnix(path);
            } else {
                builder.listenUnix(path, unixMode.permissions());
            }
        }
        for (Endpoint endpoint : listenBehindBalancer) {
            InetSocketAddress address = Arguments.resolve("--listen-behind-balancer", endpoint);
            builder.listenBehindBalancer(address, balancers.toArray(EndpointPattern[]::new));
        }
    }

    /** Where the server listens now, a line each. */
    List<String> describe(Socks5Server server) {
        List<InetSocketAddress> addresses = server.localAddresses();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            String whom = i < direct(addresses) ? "" : ", behind a balancer";
            lines.add("Listening on " + Endpoint.of(addresses.get(i)) + whom);
        }
        server.localPaths().forEach(path -> lines.add("Listening on unix:" + path));
        return lines;
    }

    /**
     * What curl on this machine can try it by; empty if balancers only can, or clients that speak TLS.
     *
     * @param secured how many addresses are for these; they come first
     */
    Optional<String> curlOption(Socks5Server server, int secured) {
        List<InetSocketAddress> addresses = server.localAddresses();
        return direct(addresses) > secured
                ? Optional.of("--socks5-hostname " + Arguments.reachable(addresses.get(secured)))
                : server.localPaths().stream().findFirst().map(path -> "--proxy " + uri(path));
    }

    private static ProxyUri uri(Path path) {
        return new ProxyUri(ProxyUri.LOCAL, path.toString(), false, null, false, SendAhead.NOTHING);
    }

    /** How many addresses are for clients themselves; these come first. */
    private int direct(List<InetSocketAddress> addresses) {
        return addresses.size() - listenBehindBalancer.size();
    }
}
