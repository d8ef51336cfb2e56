package dev.socks5.examples.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.Ending;
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
    public void connected(SessionInfo session, InetSocketAddress peer, Duration taken) {
        print(session + " connected to " + Endpoint.of(peer) + " in " + taken.toMillis() + " ms");
    }

    @Override
    public void closed(SessionInfo session, Ending ending) {
        print(session + " closed (" + ending.reason() + ") after "
                + ending.duration().toMillis() + " ms, " + ending.octetsUp() + " octets up, " + ending.octetsDown()
                + " down");
    }

    private synchronized void print(String line) {
        out.println(line);
        out.flush();
    }
}
