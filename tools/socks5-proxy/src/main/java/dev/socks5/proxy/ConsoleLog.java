package dev.socks5.proxy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** Prints a line for each event. */
final class ConsoleLog implements Socks5ServerListener {

    private final Consumer<String> out;

    /** @param out takes a line, and must not wait: see {@link LineWriter} */
    ConsoleLog(Consumer<String> out) {
        this.out = out;
    }

    @Override
    public void accepted(SessionInfo session) {
        out.accept(session + " accepted");
    }

    @Override
    public void rejected(ClientAddress client, Rejection reason) {
        out.accept("rejected " + client + ": " + reason);
    }

    @Override
    public void handshakeFailed(SessionInfo session, String reason) {
        out.accept(session + " did not get as far as SOCKS5: " + Logfmt.value(reason));
    }

    @Override
    public void authenticated(SessionInfo session) {
        out.accept(session + " logged in as " + Logfmt.value(session.user().getName()));
    }

    @Override
    public void loginFailed(SessionInfo session, String reason) {
        out.accept(session + " failed to log in: " + Logfmt.value(reason));
    }

    @Override
    public void requested(SessionInfo session) {
        out.accept(session + " requested");
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        out.accept(session + " failed: " + code + ", " + reason);
    }

    @Override
    public void listening(SessionInfo session, InetSocketAddress local) {
        out.accept(session + " listening on " + Endpoint.of(local));
    }

    @Override
    public void associationMoved(SessionInfo session, InetSocketAddress from, InetSocketAddress to) {
        out.accept(session + " moved from " + Endpoint.of(from) + " to " + Endpoint.of(to));
    }

    @Override
    public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
        out.accept(session + " connected to " + Logfmt.value(Logfmt.address(peer)) + " in " + taken.toMillis() + " ms");
    }

    @Override
    public void closed(SessionInfo session, SessionEnd ending) {
        out.accept(session + " closed (" + ending.reason() + ") after "
                + ending.duration().toMillis() + " ms, " + ending.bytesUp() + " bytes up, " + ending.bytesDown()
                + " down");
    }
}
