package dev.socks5.client.internal.dial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The address of a relay, as the proxy before it has to know it. */
class BoundAddressTest {

    private static Hop hop(String address, boolean relayAtItsAddress) {
        return new Hop(Endpoint.of(address, 1080).toInetSocketAddress(), () -> null, null, relayAtItsAddress);
    }

    /** It is a matter of each proxy: in a chain, of the one that it was said of. */
    @Test
    void itConcernsOneProxyOfAChain() throws Exception {
        List<Hop> hops = List.of(hop("192.0.2.1", false), hop("192.0.2.2", true));
        ProxyPath chain =
                new ProxyPath(hops, Duration.ofSeconds(1), null, ProxyPath.NOTHING, Set.of(), HostNames.SYSTEM);
        Reply reply = Reply.success(Endpoint.of("10.0.0.1", 9));
        try (Socket socket = new Socket()) {
            assertThat(BoundAddress.ofRelay(reply, chain.upTo(1), socket)).isEqualTo(Endpoint.of("10.0.0.1", 9));
            assertThat(BoundAddress.ofRelay(reply, chain, socket)).isEqualTo(Endpoint.of("192.0.2.2", 9));
            assertThat(BoundAddress.of(reply, chain, socket)).isEqualTo(Endpoint.of("10.0.0.1", 9));
        }
    }
}
