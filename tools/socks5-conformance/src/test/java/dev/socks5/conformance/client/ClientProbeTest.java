package dev.socks5.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.conformance.peer.PeerProgram;
import dev.socks5.conformance.peer.RightClient;
import dev.socks5.conformance.peer.RightClient.Kind;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Patience;
import dev.socks5.conformance.suite.Violation;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ClientProbeTest {

    private static final Patience PATIENCE = new Patience(Duration.ofSeconds(5), Duration.ofMillis(100));

    @Test
    void aPlainClientOffersNamesAndBothFamilies() throws Exception {
        assertThat(features(host -> true))
                .containsExactlyInAnyOrder(Feature.ANONYMOUS, Feature.OUTPUT, Feature.NAMES, Feature.IPV6);
    }

    @Test
    void whoLooksNamesUpHereOffersNone() throws Exception {
        assertThat(features(host -> !host.endsWith("invalid")))
                .contains(Feature.IPV6)
                .doesNotContain(Feature.NAMES);
    }

    @Test
    void whoKnowsNoIpv6OffersNone() throws Exception {
        assertThat(features(host -> !host.contains(":")))
                .contains(Feature.NAMES)
                .doesNotContain(Feature.IPV6);
    }

    @Test
    void whoFetchesNothingIsNotJudged() {
        assertThatThrownBy(() -> features(host -> false))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("the program ended with java.net.ProtocolException: not for me");
    }

    @Test
    void otherCommandsAreFeatures() throws Exception {
        PeerProgram any = PeerProgram.of(RightClient::new, Kind.FETCH);
        ClientUnderTest client =
                ClientUnderTest.of(any).withLogin(any).withUdp(any).withBind(any);
        assertThat(ClientProbe.features(client, PATIENCE))
                .contains(Feature.LOGIN_COMMAND, Feature.UDP_COMMAND, Feature.BIND_COMMAND);
    }

    private static Set<Feature> features(Predicate<String> hosts) throws Exception {
        RightClientFor peer = new RightClientFor(hosts);
        return ClientProbe.features(ClientUnderTest.of(PeerProgram.of(() -> peer, Kind.FETCH)), PATIENCE);
    }

    private static final class RightClientFor extends RightClient {
        private final Predicate<String> hosts;

        RightClientFor(Predicate<String> hosts) {
            this.hosts = hosts;
        }

        @Override
        protected void before(Task task) throws IOException {
            require(hosts.test(task.host()), "not for me");
        }
    }
}
