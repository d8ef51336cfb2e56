package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Our client through our server: what all the others are measured by. */
class OurServerMatrixTest implements RelayMatrix, FlightMatrix.WithTunnel {

    private OurServer server;

    @BeforeAll
    void start() throws IOException {
        server = OurServer.open();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    public SendingAhead row() {
        return SendingAhead.OURS;
    }

    @Override
    public InetSocketAddress proxy() {
        return server.address();
    }

    @Test
    void refusedIsReply5() throws IOException {
        try (Socket refusing = Loopback.refusing()) {
            assertReply(
                    ReplyCode.CONNECTION_REFUSED, () -> client().build().connect("127.0.0.1", refusing.getLocalPort()));
        }
    }

    @Test
    void forbiddenIsReply2() {
        assertReply(ReplyCode.NOT_ALLOWED, () -> client().build().connect("169.254.169.254", 80));
    }

    private static void assertReply(ReplyCode code, ThrowingCallable call) {
        assertThatExceptionOfType(RequestRejectedException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.reply().code()).isEqualTo(code));
    }

    @Nested
    class WithLogin implements LoginMatrix, FlightMatrix.WithLogin, FlightMatrix.WithTunnel {

        private OurServer server;

        @BeforeAll
        void start() throws IOException {
            server = OurServer.withLogin();
        }

        @AfterAll
        void stop() {
            server.close();
        }

        @Override
        public SendingAhead row() {
            return SendingAhead.OURS;
        }

        @Override
        public InetSocketAddress proxy() {
            return server.address();
        }
    }
}
