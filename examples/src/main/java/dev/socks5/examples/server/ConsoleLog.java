package dev.socks5.examples.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Prints a line for each event. */
final class ConsoleLog implements Socks5ServerListener {

    private final PrintWriter out;

    ConsoleLog(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void accepted(SessionInfo session) {
        print(session + " accepted");
    }

    @Override
    public void rejected(InetSocketAddress client, Rejection reason) {
        print("rejected " + Endpoint.of(client) + ": " + reason);
    }

    @Override
    public void authenticated(SessionInfo session) {
        print(session + " logged in");
    }

    @Override
    public void loginFailed(SessionInfo session) {
        print(session + " failed to log in");
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        print(session + " failed: " + code + ", " + reason);
    }

    @Override
    public void connected(SessionInfo session, InetSocketAddress origin) {
        print(session + " connected to " + Endpoint.of(origin));
    }

    @Override
    public void closed(SessionInfo session, long octetsUp, long octetsDown, Duration duration) {
        print(session + " closed after " + duration.toMillis() + " ms, " + octetsUp + " octets up, " + octetsDown
                + " down");
    }

    private synchronized void print(String line) {
        out.println(line);
        out.flush();
    }
}
