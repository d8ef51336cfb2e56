package dev.socks5.conformance.server.trial;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Patience;
import dev.socks5.conformance.suite.Transcript;
import dev.socks5.conformance.suite.Violation;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out what a server offers, by asking for it once in the plainest way. */
public final class ServerProbe {

    private ServerProbe() {}

    /**
     * Asks for everything.
     *
     * @throws Violation if not even a CONNECT to an IPv4 address works: then there is nothing to judge, and the message
     *     says why
     */
    public static Set<Feature> features(ServerUnderTest server, Patience patience) throws IOException, Violation {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        try (ServerTrial trial = new ServerTrial(server, new Transcript(), patience)) {
            Origin origin = trial.origin();
            trial.tunnel(origin.endpoint());
            trial.accept(origin);
        }
        if (server.login() != null) {
            features.add(Feature.LOGIN);
        }
        if (server.name() != null) {
            features.add(Feature.SEVERAL_ADDRESSES);
        }
        if (server.process() != null) {
            features.add(Feature.PROCESS);
        }
        if (offers(server, patience, trial -> selects(trial, AuthMethod.NO_AUTHENTICATION))) {
            features.add(Feature.ANONYMOUS);
        }
        if (offers(server, patience, trial -> selects(trial, AuthMethod.GSSAPI))) {
            features.add(Feature.GSSAPI);
        }
        if (offers(
                server,
                patience,
                trial -> takes(trial, Command.BIND, trial.origin().endpoint()))) {
            features.add(Feature.BIND);
        }
        if (offers(server, patience, trial -> takes(trial, Command.UDP_ASSOCIATE, Endpoint.UNSPECIFIED))) {
            features.add(Feature.UDP);
        }
        if (server.ipv6Origin() != null
                && offers(
                        server,
                        patience,
                        trial ->
                                takes(trial, Command.CONNECT, trial.ipv6Origin().endpoint()))) {
            features.add(Feature.IPV6);
        }
        if (offers(server, patience, ServerProbe::looksUp)) {
            features.add(Feature.NAMES);
        }
        return features;
    }

    /** Returns ::1, or {@code null} if this machine has no IPv6. */
    static @Nullable InetAddress ipv6Loopback() {
        try {
            InetAddress loopback =
                    Inet6Address.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
            try (ServerSocket listener = new ServerSocket(0, 1, loopback)) {
                return listener.getInetAddress();
            }
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            return null;
        }
    }

    @FunctionalInterface
    private interface Question {
        boolean ask(ServerTrial trial) throws IOException, Violation;
    }

    private static boolean offers(ServerUnderTest server, Patience patience, Question question) throws IOException {
        try (ServerTrial trial = new ServerTrial(server, new Transcript(), patience)) {
            return question.ask(trial);
        } catch (Violation e) {
            return false;
        }
    }

    private static boolean selects(ServerTrial trial, AuthMethod method) throws IOException, Violation {
        return trial.selection(trial.open().send(Greeting.of(method))).method().equals(method);
    }

    private static boolean takes(ServerTrial trial, Command command, Endpoint destination)
            throws IOException, Violation {
        return trial.reply(trial.requested(new Request(command, destination))).succeeded();
    }

    /** Every machine knows "localhost", and one of its addresses is that of the origin. */
    private static boolean looksUp(ServerTrial trial) throws IOException, Violation {
        Origin origin = trial.origin();
        Endpoint destination = Endpoint.of("localhost", origin.address().getPort());
        return trial.reply(trial.requested(Request.connect(destination))).succeeded();
    }
}
