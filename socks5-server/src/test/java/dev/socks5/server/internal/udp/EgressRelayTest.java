package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.Connector;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From which address datagrams leave, and where BIND listens, where one of the families may not be used. */
@Timeout(60)
class EgressRelayTest {

    private static final byte[] PING = {'p', 'i', 'n', 'g'};

    private static InetAddress ip(String literal) {
        return new InetSocketAddress(literal, 0).getAddress();
    }

    /** A server on which each name has an address of both families. */
    private static Socks5Server server(Route route) throws IOException {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .connector(Connector.always(route.from(ip("127.0.0.5"))))
                .resolver(name -> List.of(ip("::1"), ip("127.0.0.1")))
                .start();
    }

    private static RawClient greeted(Socks5Server server) throws IOException {
        return new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }

    @Test
    void theRelayOfAnUpstreamIsNotReachedFromAnotherFamily() throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server server = server(Route.through(upstream.upstream()));
                RawClient client = greeted(server)) {
            client.send("05 03 00 01 00 00 00 00 00 00");
            upstream.acceptRequest("05 03 00 01 00 00 00 00 00 00")
                    .send("05 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 09");
            client.expectFailure(0x01);
        }
    }

    @Test
    void ofANamesAddressesThatOfItsFamilyIsSentTo() throws Exception {
        try (UdpOrigin origin = new UdpOrigin();
                Socks5Server server = server(Route.direct());
                UdpClient client = new UdpClient(server)) {
            client.send(
                    new Endpoint(new DomainName("both.test"), origin.address().getPort()), PING);
            origin.expect(PING);
            assertThat(origin.relay().getAddress()).isEqualTo(ip("127.0.0.5"));
        }
    }

    @Test
    void ofANamesAddressesThatOfItsFamilyIsWaitedFor() throws Exception {
        try (Socks5Server server = server(Route.direct());
                RawClient client = greeted(server)) {
            client.send("05 02 00 03 09 62 6f 74 68 2e 74 65 73 74 00 00");
            assertThat(client.readReply().getAddress()).isEqualTo(ip("127.0.0.5"));
        }
    }
}
