package dev.socks5.interop;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Resolver;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** This project's server on a port of its own, and the requests that it has carried out. */
final class OurServer implements AutoCloseable {

    /** A name of loopback that nobody but this server can look up. */
    static final String NAME = "origin.test";

    static final String USER = LoginMatrix.USER;
    static final String PASSWORD = LoginMatrix.PASSWORD;

    private static final long PATIENCE_SECONDS = 20;

    private final List<SessionInfo> carriedOut = new CopyOnWriteArrayList<>();
    private final BlockingQueue<SessionEnd> endings = new LinkedBlockingQueue<>();
    private final Socks5Server server;

    private OurServer(UnaryOperator<Socks5ServerBuilder> settings) throws IOException {
        Socks5ServerListener recorder = new Socks5ServerListener() {
            @Override
            public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
                carriedOut.add(session);
            }

            @Override
            public void listening(SessionInfo session, InetSocketAddress local) {
                if (session.request().command().equals(Command.UDP_ASSOCIATE)) {
                    carriedOut.add(session);
                }
            }

            @Override
            public void closed(SessionInfo session, SessionEnd ending) {
                endings.add(ending);
            }
        };
        server = settings.apply(
                        Socks5Server.builder().resolver(OurServer::resolve).listener(recorder))
                .start();
    }

    static OurServer open() throws IOException {
        return with(settings -> settings);
    }

    static OurServer withLogin() throws IOException {
        return with(settings -> settings.authenticator(PasswordAuthenticator.of(Map.of(USER, PASSWORD))));
    }

    static OurServer with(UnaryOperator<Socks5ServerBuilder> settings) throws IOException {
        return new OurServer(builder -> settings.apply(builder.listen("127.0.0.1", 0)));
    }

    /** A server that listens as the settings say, and nowhere else. */
    static OurServer byTls(UnaryOperator<Socks5ServerBuilder> settings) throws IOException {
        return new OurServer(settings);
    }

    private static List<InetAddress> resolve(String name) throws IOException {
        return name.equals(NAME) ? List.of(Loopback.V4) : Resolver.system().resolve(name);
    }

    InetSocketAddress address() {
        return server.localAddresses().get(0);
    }

    int port() {
        return address().getPort();
    }

    String hostAndPort() {
        return Endpoint.of(address()).toString();
    }

    /** Where clients wanted to go and got to, as they wrote it. */
    List<Endpoint> destinations() {
        return requests().map(Request::destination).toList();
    }

    /** What clients wanted and got. */
    List<Command> commands() {
        return requests().map(Request::command).toList();
    }

    private Stream<Request> requests() {
        return carriedOut.stream().map(SessionInfo::request);
    }

    /** Who wanted it. */
    List<String> users() {
        return carriedOut.stream()
                .map(SessionInfo::user)
                .map(user -> user == null ? "nobody" : user.getName())
                .toList();
    }

    /** How the next connection ended; waits for that. */
    SessionEnd awaitEnding() throws InterruptedException {
        SessionEnd ending = endings.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (ending == null) {
            throw new AssertionError("no connection has ended");
        }
        return ending;
    }

    @Override
    public void close() {
        server.close();
    }
}
