package dev.socks5.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** Our client through the npm package simple-socks, which takes whatever comes together for one message. */
class SimpleSocksTest implements ClientMatrix, FlightMatrix.WithTunnel {

    private Daemon server;

    @BeforeAll
    void start() throws Exception {
        if (Run.of(command()).status() != 0) {
            Program.missing("the npm package simple-socks is not installed ('npm ci' in testing/interop does it)");
        }
        server = Daemon.start(port -> command("" + port));
    }

    private static List<String> command(String... arguments) {
        return Stream.concat(Program.NODE.with(script()).stream(), Stream.of(arguments))
                .toList();
    }

    private static String script() {
        try {
            return Path.of(SimpleSocksTest.class.getResource("simple-socks.js").toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @AfterAll
    void stop() throws Exception {
        Daemon.stop(server);
    }

    @Override
    public SendingAhead row() {
        return SendingAhead.SIMPLE_SOCKS;
    }

    @Override
    public InetSocketAddress proxy() {
        return server.address();
    }

    /** It closes a tunnel as soon as the client has sent everything. */
    @Override
    public void talk(Socket socket) throws IOException {
        Echo.checkByTurns(socket);
    }

    @Nested
    class WithLogin implements LoginMatrix, FlightMatrix.WithLogin, FlightMatrix.WithTunnel {

        private Daemon server;

        @BeforeAll
        void start() throws Exception {
            server = Daemon.start(port -> command("" + port, USER, PASSWORD));
        }

        @AfterAll
        void stop() throws Exception {
            Daemon.stop(server);
        }

        @Override
        public SendingAhead row() {
            return SendingAhead.SIMPLE_SOCKS;
        }

        @Override
        public InetSocketAddress proxy() {
            return server.address();
        }

        @Override
        public void talk(Socket socket) throws IOException {
            Echo.checkByTurns(socket);
        }
    }
}
