package dev.socks5.server;

import dev.socks5.codec.ReplyCode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;

/** Writes down what a server tells its listener. */
final class Recorder implements Socks5ServerListener {

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    /** The events up to the first that starts so, which has to come within ten seconds. */
    List<String> until(String start) throws InterruptedException {
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

    @Override
    public void accepted(SessionInfo session) {
        events.add("accepted");
    }

    @Override
    public void rejected(InetSocketAddress client, Rejection reason) {
        events.add("rejected " + reason);
    }

    @Override
    public void authenticated(SessionInfo session) {
        events.add("authenticated " + session.user());
    }

    @Override
    public void loginFailed(SessionInfo session) {
        events.add("loginFailed");
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        events.add("requestFailed " + code.code() + " " + reason);
    }

    @Override
    public void connected(SessionInfo session, InetSocketAddress origin) {
        events.add("connected " + origin.getPort());
    }

    @Override
    public void closed(SessionInfo session, long octetsUp, long octetsDown, Duration duration) {
        events.add("closed " + octetsUp + " " + octetsDown);
    }
}
