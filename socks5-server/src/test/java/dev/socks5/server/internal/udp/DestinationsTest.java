package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.internal.net.Egress;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of a name's addresses datagrams are sent to. The rest is in {@link UdpRelayTest}. */
class DestinationsTest {

    private static final Endpoint IPV6 = Endpoint.parse("[2001:db8::1]:53");
    private static final Endpoint IPV4 = Endpoint.parse("192.0.2.1:53");
    private static final Endpoint OTHER = Endpoint.parse("192.0.2.2:53");

    @Test
    void aFlowStaysWhereItIsWhenTheAddressesChangePlaces() {
        assertThat(Destinations.choose(List.of(IPV4, OTHER), null, Egress.ANY)).isEqualTo(IPV4);
        assertThat(Destinations.choose(List.of(OTHER, IPV4), IPV4, Egress.ANY)).isEqualTo(IPV4);
    }

    @Test
    void aFlowMovesWhenItsAddressIsNoLongerAmongThem() {
        assertThat(Destinations.choose(List.of(OTHER, IPV6), IPV4, Egress.ANY)).isEqualTo(OTHER);
    }

    @Test
    void whatNothingMayLeaveForIsPassedOver() throws Exception {
        Egress egress = new Egress(List.of(InetAddress.getByName("127.0.0.5")), null);
        assertThat(Destinations.choose(List.of(IPV6, OTHER, IPV4), null, egress))
                .isEqualTo(OTHER);
        assertThat(Destinations.choose(List.of(IPV6), null, egress)).isEqualTo(IPV6); // and is lost
        Endpoint name = Endpoint.parse("origin.test:53");
        assertThat(Destinations.choose(List.of(name), null, egress)).isEqualTo(name);
    }
}
