package dev.socks5.server.transport;

import dev.socks5.codec.ReplyCode;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.RawClient;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Writes down what servers tell of each session. */
final class Sessions implements Socks5ServerListener {

    private final Map<ClientAddress, List<String>> events = new ConcurrentHashMap<>();
    private final Map<ClientAddress, CompletableFuture<CloseReason>> reasons = new ConcurrentHashMap<>();

    private void add(SessionInfo session, String event) {
        events.computeIfAbsent(session.client(), client -> new CopyOnWriteArrayList<>())
                .add(event);
    }

    List<String> of(ClientAddress client) {
        return events.getOrDefault(client, List.of());
    }

    /** Waits for the end of a session. */
    CloseReason awaitEnd(ClientAddress client) throws Exception {
        return reason(client).get(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<CloseReason> reason(ClientAddress client) {
        return reasons.computeIfAbsent(client, any -> new CompletableFuture<>());
    }

    /** Returns how often there was an event, in all sessions. */
    long count(String event) {
        return events.values().stream()
                .flatMap(List::stream)
                .filter(event::equals)
                .count();
    }

    @Override
    public void accepted(SessionInfo session) {
        add(session, "accepted");
    }

    @Override
    public void requested(SessionInfo session) {
        add(session, "requested");
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        add(session, "requestFailed");
    }

    @Override
    public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
        add(session, "connected");
    }

    @Override
    public void closed(SessionInfo session, SessionEnd end) {
        add(session, "closed");
        reason(session.client()).complete(end.reason());
    }
}
