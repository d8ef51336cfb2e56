package dev.socks5.client.internal.dial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.SendAhead;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The addresses of the last proxy, as the proxy before it has to know them. */
class ProxyPathTest {

    private static Hop hop(String address, boolean relayAtItsAddress) {
        return new Hop(
                Endpoint.of(address, 1080).toInetSocketAddress(), Logins.NONE, SendAhead.NOTHING, relayAtItsAddress);
    }

    /** It is a matter of each proxy: in a chain, of the one that it was said of. */
    @Test
    void relayAtItsAddressConcernsOneProxyOfAChain() throws Exception {
        List<Hop> hops = List.of(hop("192.0.2.1", false), hop("192.0.2.2", true));
        ProxyPath chain =
                new ProxyPath(hops, Duration.ofSeconds(1), null, ProxyPath.NOTHING, Set.of(), Resolver.SYSTEM);
        Reply reply = Reply.success(Endpoint.of("10.0.0.1", 9));
        try (Socket socket = new Socket()) {
            assertThat(chain.upTo(1).relay(reply, socket)).isEqualTo(Endpoint.of("10.0.0.1", 9));
            assertThat(chain.relay(reply, socket)).isEqualTo(Endpoint.of("192.0.2.2", 9));
            assertThat(chain.bound(reply, socket)).isEqualTo(Endpoint.of("10.0.0.1", 9));
        }
    }
}
