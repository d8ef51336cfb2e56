package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.EndpointPattern;
import dev.socks5.server.AccessRules;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One of our servers behind a balancer on 127.0.0.1, and what it has told: here, and where all of them tell. */
final class BalancedServer implements Socks5ServerListener {
    static final int MAX_PER_CLIENT = 2;

    static final int PATIENCE_MILLIS = 20_000;

    private static final String BALANCER = "127.0.0.1";

    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    final Socks5Server server;
    private final BlockingQueue<String> allEvents;

    /** Lets its clients reach one port of 127.0.0.1. */
    BalancedServer(int originPort, BlockingQueue<String> allEvents) throws IOException {
        this.allEvents = allEvents;
        server = Socks5Server.builder()
                .listenBehindBalancer(new InetSocketAddress(Loopback.V4, 0), EndpointPattern.parse(BALANCER))
                .allowAnonymous()
                .accessRule(
                        AccessRules.builder().allow("127.0.0.1:" + originPort).build())
                .maxPerClient(MAX_PER_CLIENT)
                .listener(this)
                .start();
    }

    InetSocketAddress address() {
        return server.localAddresses().get(0);
    }

    /** Waits for an event that starts so, and passes over others. */
    static String await(BlockingQueue<String> events, String start) throws InterruptedException {
        String event;
        do {
            event = events.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            assertThat(event).as("an event %s...", start).isNotNull();
        } while (!event.startsWith(start));
        return event;
    }

    private void tell(String event) {
        events.add(event);
        allEvents.add(event);
    }

    @Override
    public void rejected(ClientAddress client, Rejection reason) {
        tell("rejected " + client + " " + reason);
    }

    @Override
    public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
        tell("connected " + session.client());
    }

    @Override
    public void closed(SessionInfo session, SessionEnd ending) {
        tell("closed " + session.client() + " " + ending.reason());
    }
}
