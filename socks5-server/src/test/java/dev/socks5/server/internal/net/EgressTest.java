package dev.socks5.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.Connector;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Upstream;
import dev.socks5.testing.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From which address connections leave. */
@Timeout(60)
class EgressTest {

    private static InetAddress ip(String literal) {
        return new InetSocketAddress(literal, 0).getAddress();
    }

    private static InetAddress[] ips(String... literals) {
        return List.of(literals).stream().map(EgressTest::ip).toArray(InetAddress[]::new);
    }

    private static Socks5Server server(Route route, String... resolved) throws IOException {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .connector(Connector.always(route))
                .resolver(name -> List.of(ips(resolved)))
                .start();
    }

    private static RawClient greeted(Socks5Server server) throws IOException {
        return new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }

    @Test
    void theOriginSeesTheAddressGiven() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = server(Route.direct().from(ip("127.0.0.5")));
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            assertThat(origin.take().getInetAddress()).isEqualTo(ip("127.0.0.5"));
            client.send("2e");
        }
    }

    @Test
    void eachFamilyHasItsOwn() throws Exception {
        try (Origin v4 = new Origin();
                Origin v6 = new Origin("::1");
                Socks5Server server = server(Route.direct().from(ips("127.0.0.5", "::1")));
                RawClient first = new RawClient(server).tunnelTo(v4.address());
                RawClient second = new RawClient(server).tunnelTo(v6.address())) {
            assertThat(v4.take().getInetAddress()).isEqualTo(ip("127.0.0.5"));
            assertThat(v6.take().getInetAddress()).isEqualTo(ip("::1"));
            first.send("2e");
            second.send("2e");
        }
    }

    @Test
    void aFamilyWithoutOneIsNotUsed() throws Exception {
        try (Origin v6 = new Origin("::1");
                Socks5Server server = server(Route.direct().from(ip("127.0.0.5")));
                RawClient client = greeted(server)) {
            client.send(RawClient.connect(v6.address())).expectFailure(0x03);
            assertThat(v6.untouched()).isTrue();
        }
    }

    @Test
    void ofANamesAddressesOnlyThoseOfItsFamiliesAreDialled() throws Exception {
        int port = Ports.free();
        try (Origin v6 = new Origin("::1", port);
                Origin v4 = new Origin("127.0.0.1", port);
                Socks5Server server = server(Route.direct().from(ip("127.0.0.5")), "::1", "127.0.0.1");
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("both.example", v6.port())).expectSuccess();
            assertThat(v4.take().getInetAddress()).isEqualTo(ip("127.0.0.5"));
            assertThat(v6.untouched()).isTrue();
        }
    }

    @Test
    void anUpstreamIsReachedFromItToo() throws Exception {
        try (Origin upstream = new Origin();
                Origin v6 = new Origin("::1");
                Socks5Server server = server(Route.through(new Upstream(Endpoint.of(upstream.address()), null))
                        .from(ip("127.0.0.5")));
                Socks5Server other = server(Route.through(new Upstream(Endpoint.of(v6.address()), null))
                        .from(ip("127.0.0.5")));
                RawClient client = greeted(server);
                RawClient refused = greeted(other)) {
            client.send(RawClient.connect("any.example", 80));
            assertThat(upstream.take().getInetAddress()).isEqualTo(ip("127.0.0.5"));
            refused.send(RawClient.connect("any.example", 80)).expectFailure(0x01);
            assertThat(v6.untouched()).isTrue();
        }
    }

    @Test
    void anAddressThatIsNotThisHostsIsAFailureAndNotIgnored() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = server(Route.direct().from(ip("192.0.2.1")));
                RawClient client = greeted(server)) {
            client.send(RawClient.connect(origin.address())).expectFailure(0x01);
            assertThat(origin.untouched()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "224.0.0.1", "ff02::1"})
    void whatIsNoAddressOfOneHostIsRefused(String address) {
        assertThatThrownBy(() -> Route.direct().from(ip(address))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneOfEachFamilyAtMost() {
        assertThatThrownBy(() -> Route.direct().from(ips("127.0.0.5", "127.0.0.6")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Route.direct().from(ips("::1", "127.0.0.5", "2001:db8::1")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Route.direct().from(ips("::1", "127.0.0.5")))
                .hasToString("direct from [0:0:0:0:0:0:0:1, 127.0.0.5]");
        assertThat(Route.direct().from(ip("::1")).from()).hasToString("direct");
    }
}
