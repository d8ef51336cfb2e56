package dev.socks5.conformance.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.UdpHeader;
import dev.socks5.conformance.peer.RightServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** The wrong peers of the group "udp", continued: what cannot be relayed. */
final class UdpMalformedPeers {

    private UdpMalformedPeers() {}

    /** A peer that ends an association when it cannot relay. */
    static RightServer endingOnFailure() {
        return new RightServer() {
            @Override
            protected void forward(Relay relay, Endpoint destination, byte[] payload) throws IOException {
                try {
                    if (destination.port() == 0) {
                        throw new IOException("port 0");
                    }
                    super.forward(relay, destination, payload);
                } catch (IOException e) {
                    relay.close();
                }
            }
        };
    }

    /** A peer that ends an association when a datagram has no proper header. */
    static RightServer endingOnMalformed() {
        return new RightServer() {
            @Override
            protected void malformed(Relay relay, byte[] bytes) {
                relay.close();
            }
        };
    }

    /** A peer that relays fragments as if they were whole. */
    private static Supplier<RightServer> relayingFragments(String more) {
        return () -> new RightServer() {
            @Override
            protected void fragment(Relay relay, UdpHeader header, byte[] payload) throws IOException {
                byte[] longer = Arrays.copyOf(payload, payload.length + more.length());
                forward(relay, header.destination(), longer);
            }
        };
    }

    static List<WrongServer> all() {
        String payloads = "expected the payloads";
        return List.of(
                new WrongServer("udp/too-short", UdpPeers.NOT_THERE, UdpMalformedPeers::endingOnMalformed),
                new WrongServer("udp/unknown-address-type", UdpPeers.NOT_THERE, UdpMalformedPeers::endingOnMalformed),
                new WrongServer("udp/truncated-ipv6", UdpPeers.NOT_THERE, UdpMalformedPeers::endingOnMalformed),
                new WrongServer("udp/truncated-name", UdpPeers.NOT_THERE, UdpMalformedPeers::endingOnMalformed),
                new WrongServer("udp/empty-name", UdpPeers.NOT_THERE, UdpMalformedPeers::endingOnMalformed),
                new WrongServer("udp/impossible-name", UdpPeers.NOT_THERE, UdpMalformedPeers::endingOnFailure),
                new WrongServer("udp/reserved", UdpPeers.NOT_THERE, () -> new RightServer() {
                    @Override
                    protected void takeFromClient(Relay relay, InetSocketAddress from, byte[] bytes)
                            throws IOException {
                        if (bytes[0] != 0) {
                            relay.close();
                        }
                        super.takeFromClient(relay, from, bytes);
                    }
                }),
                new WrongServer("udp/fragment-survived", UdpPeers.NOT_THERE, () -> new RightServer() {
                    @Override
                    protected void fragment(Relay relay, UdpHeader header, byte[] payload) {
                        relay.close();
                    }
                }),
                new WrongServer("udp/fragment", payloads, relayingFragments("")),
                new WrongServer("udp/fragment-alone", payloads, relayingFragments("x")),
                new WrongServer("udp/fragments", payloads, relayingFragments("")),
                new WrongServer("udp/fragments-interrupted", payloads, relayingFragments("")),
                new WrongServer("udp/fragments-begun-again", payloads, relayingFragments("")));
    }
}
