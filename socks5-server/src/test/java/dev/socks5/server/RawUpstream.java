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
public final class RawUpstream implements AutoCloseable {

    public static final String GREETING_WITH_LOGIN = "05 02 00 02";

    private final Origin origin = new Origin();
    private @Nullable Socket socket;

    public RawUpstream() throws IOException {}

    public InetSocketAddress address() {
        return origin.address();
    }

    /** As a route knows it. */
    public Upstream upstream() {
        return new Upstream(Endpoint.of(address()), null);
    }

    public Upstream upstream(String user, String password) {
        return new Upstream(Endpoint.of(address()), PasswordRequest.of(user, password));
    }

    /** Waits for a connection, the one that it talks on from now on. */
    public RawUpstream accept() throws InterruptedException, IOException {
        socket = origin.take();
        socket.setTcpNoDelay(true);
        return this;
    }

    /** The handshake without a login up to the request, whole. */
    public RawUpstream acceptRequest(String request) throws InterruptedException, IOException {
        return accept().expect(RawClient.GREETING).send(RawClient.ANONYMOUS).expect(request);
    }

    public Socket socket() {
        return Objects.requireNonNull(socket, "accept() comes first");
    }

    public RawUpstream send(String hex) throws IOException {
        socket().getOutputStream().write(RawClient.bytes(hex));
        return this;
    }

    public RawUpstream expect(String hex) throws IOException {
        int length = RawClient.bytes(hex).length;
        assertThat(RawClient.hex(socket().getInputStream().readNBytes(length)))
                .isEqualTo(RawClient.hex(RawClient.bytes(hex)));
        return this;
    }

    /** The server has closed its connection to here. */
    public void expectEnd() throws IOException {
        assertThat(socket().getInputStream().read()).isEqualTo(-1);
    }

    public void end() throws IOException {
        socket().close();
    }

    public void reset() throws IOException {
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
