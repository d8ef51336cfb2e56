package dev.socks5.server;

import dev.socks5.codec.ReplyCode;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;

/** Writes down what a server tells its listener. */
public final class Recorder implements Socks5ServerListener {

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<SessionEnd> endings = new LinkedBlockingQueue<>();

    public Recorder() {}

    /** The events up to the first that starts so, which has to come within ten seconds. */
    public List<String> until(String start) throws InterruptedException {
        List<String> seen = new ArrayList<>();
        do {
            String event = events.poll(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            Assertions.assertThat(event)
                    .as("an event %s... after %s", start, seen)
                    .isNotNull();
            seen.add(event);
        } while (!seen.get(seen.size() - 1).startsWith(start));
        return seen;
    }

    /** How the next connection to end does, which has to be within ten seconds. */
    public SessionEnd ending() throws InterruptedException {
        SessionEnd ending = endings.poll(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        Assertions.assertThat(ending).as("the end of a connection").isNotNull();
        return ending;
    }

    @Override
    public void accepted(SessionInfo session) {
        events.add("accepted");
    }

    @Override
    public void rejected(ClientAddress client, Rejection reason) {
        events.add("rejected " + reason);
    }

    @Override
    public void handshakeFailed(SessionInfo session, String reason) {
        events.add("handshakeFailed " + reason);
    }

    @Override
    public void authenticated(SessionInfo session) {
        events.add("authenticated " + Objects.requireNonNull(session.user()).getName());
    }

    @Override
    public void loginFailed(SessionInfo session, String reason) {
        events.add("loginFailed " + reason);
    }

    @Override
    public void requested(SessionInfo session) {
        events.add("requested "
                + Objects.requireNonNull(session.request()).command().toString().replaceFirst(" .*", ""));
    }

    @Override
    public void listening(SessionInfo session, InetSocketAddress local) {
        events.add("listening " + local.getPort());
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        events.add("requestFailed " + code.code() + " " + reason);
    }

    @Override
    public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
        events.add("connected " + (peer instanceof InetSocketAddress ip ? ip.getPort() : peer));
    }

    @Override
    public void closed(SessionInfo session, SessionEnd ending) {
        events.add("closed " + ending.bytesUp() + " " + ending.bytesDown() + " " + ending.reason());
        endings.add(ending);
    }
}
