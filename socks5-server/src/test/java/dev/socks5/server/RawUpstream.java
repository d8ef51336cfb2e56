package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An upstream that says exactly what a test wants, in hexadecimal, and expects exactly what it is told to. */
final class RawUpstream implements AutoCloseable {

    static final String GREETING_WITH_LOGIN = "05 02 00 02";

    private final Origin origin = new Origin();
    private @Nullable Socket socket;

    RawUpstream() throws IOException {}

    InetSocketAddress address() {
        return origin.address();
    }

    /** As a route knows it. */
    Upstream upstream() {
        return new Upstream(Endpoint.of(address()), null);
    }

    Upstream upstream(String user, String password) {
        return new Upstream(Endpoint.of(address()), PasswordRequest.of(user, password));
    }

    /** Waits for a connection, the one that it talks on from now on. */
    RawUpstream accept() throws InterruptedException, IOException {
        socket = origin.take();
        socket.setTcpNoDelay(true);
        return this;
    }

    /** The handshake without a login up to the request, whole. */
    RawUpstream acceptRequest(String request) throws InterruptedException, IOException {
        return accept().expect(RawClient.GREETING).send(RawClient.ANONYMOUS).expect(request);
    }

    Socket socket() {
        return Objects.requireNonNull(socket, "accept() comes first");
    }

    RawUpstream send(String hex) throws IOException {
        socket().getOutputStream().write(RawClient.bytes(hex));
        return this;
    }

    RawUpstream expect(String hex) throws IOException {
        int length = RawClient.bytes(hex).length;
        assertThat(RawClient.hex(socket().getInputStream().readNBytes(length)))
                .isEqualTo(RawClient.hex(RawClient.bytes(hex)));
        return this;
    }

    /** The server has closed its connection to here. */
    void expectEnd() throws IOException {
        assertThat(socket().getInputStream().read()).isEqualTo(-1);
    }

    void end() throws IOException {
        socket().close();
    }

    void reset() throws IOException {
        socket().setSoLinger(true, 0);
        socket().close();
    }

    /** Whether anybody has ever come by. */
    boolean untouched() {
        return origin.untouched();
    }

    @Override
    public void close() {
        origin.close();
    }
}
