package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a balancer says, and a server to say it to. */
public final class Balancer {

    public static final String ALICE = "192.0.2.1:40000";
    public static final String BOB = "192.0.2.2:40000";
    public static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private Balancer() {}

    /** What happens, and to whom. */
    public static final class Clients implements Socks5ServerListener {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        public Clients() {}

        public String next() throws InterruptedException {
            String event = events.poll(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            return event == null ? "nothing" : event;
        }

        @Override
        public void accepted(SessionInfo session) {
            events.add("accepted " + session.client());
        }

        @Override
        public void rejected(ClientAddress client, Rejection reason) {
            events.add("rejected " + client + " " + reason);
        }

        @Override
        public void closed(SessionInfo session, SessionEnd ending) {
            events.add("closed " + session.client() + " " + ending.reason());
        }
    }

    public static String hex(String ascii) {
        return RawClient.hex(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    /** A header of version 1. */
    public static String line(String client) {
        Endpoint source = Endpoint.parse(client);
        boolean ipv4 = client.indexOf('[') < 0;
        return hex("PROXY %s %s %s %d 1080\r\n"
                .formatted(
                        ipv4 ? "TCP4" : "TCP6", source.address(), ipv4 ? "192.0.2.9" : "2001:db8::9", source.port()));
    }

    /** A header of version 2, with an extension. */
    public static String block(String client) {
        InetSocketAddress source = Endpoint.parse(client).toInetSocketAddress();
        String address = RawClient.hex(source.getAddress().getAddress());
        boolean ipv4 = client.indexOf('[') < 0;
        return SIGNATURE + "21" + (ipv4 ? "11 0010" : "21 0028") + address + address + RawClient.port(source.getPort())
                + "0438 04 0001 00";
    }

    public static Socks5ServerBuilder behind(String balancer) {
        return Socks5Server.builder()
                .listenBehindBalancer(new InetSocketAddress("127.0.0.1", 0), EndpointPattern.parse(balancer))
                .allowAnonymous()
                .accessRule(AccessRules.builder().allow("127.0.0.0/8").build());
    }

    public static String from(RawClient client) {
        return "127.0.0.1:" + client.socket().getLocalPort();
    }
}
