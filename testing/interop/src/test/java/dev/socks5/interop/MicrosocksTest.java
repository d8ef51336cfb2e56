package dev.socks5.interop;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.server.Upstream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** Our client through microsocks. */
class MicrosocksTest implements ClientMatrix, FlightMatrix.WithTunnel {

    private Daemon microsocks;

    @BeforeAll
    void start() throws Exception {
        microsocks = Daemon.start(port -> Program.MICROSOCKS.with("-i", "127.0.0.1", "-p", "" + port));
    }

    @AfterAll
    void stop() throws Exception {
        Daemon.stop(microsocks);
    }

    @Override
    public SendingAhead row() {
        return SendingAhead.MICROSOCKS;
    }

    @Override
    public InetSocketAddress proxy() {
        return microsocks.address();
    }

    @Override
    public void talk(Socket socket) throws IOException {
        talkByTurns(socket);
    }

    /**
     * It closes a tunnel as soon as either end is done, and what is under way then is lost; and while the client sends,
     * it does not look at the other direction.
     */
    private static void talkByTurns(Socket socket) throws IOException {
        Echo.checkByTurns(socket);
    }

    @Nested
    class WithLogin implements LoginMatrix, FlightMatrix.WithLogin, FlightMatrix.WithTunnel {

        private Daemon microsocks;

        @BeforeAll
        void start() throws Exception {
            microsocks = Daemon.start(
                    port -> Program.MICROSOCKS.with("-i", "127.0.0.1", "-p", "" + port, "-u", USER, "-P", PASSWORD));
        }

        @AfterAll
        void stop() throws Exception {
            Daemon.stop(microsocks);
        }

        @Override
        public SendingAhead row() {
            return SendingAhead.MICROSOCKS;
        }

        @Override
        public InetSocketAddress proxy() {
            return microsocks.address();
        }

        @Override
        public void talk(Socket socket) throws IOException {
            talkByTurns(socket);
        }

        @Nested
        class BetweenOurs extends ChainMatrix {

            @Override
            Upstream middle() {
                return new Upstream(Endpoint.of(microsocks.address()), PasswordRequest.of(USER, PASSWORD));
            }

            @Override
            public void talk(Socket socket) throws IOException {
                talkByTurns(socket);
            }
        }
    }
}
