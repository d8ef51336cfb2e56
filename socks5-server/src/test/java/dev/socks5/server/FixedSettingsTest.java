package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.EndpointPattern;
import dev.socks5.server.internal.policy.Settings;
import java.lang.reflect.RecordComponent;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

/** What cannot change while a server runs, and what is the same though it was said anew. */
class FixedSettingsTest {

    /** Each is checked by {@link Settings#requireSameForGood}; of the limits, that is the backlog. */
    private static final Set<String> FIXED = Set.of(
            "listen",
            "paths",
            "listeners",
            "executor",
            "socketHook",
            "limits",
            "eventLoops",
            "progressEvery",
            "reusePort");

    private static final Set<String> REPLACED = Set.of(
            "logins",
            "accessRule",
            "resolver",
            "connector",
            "timeouts",
            "limits",
            "bandwidths",
            "quota",
            "commands",
            "relays");

    private static final InetSocketAddress LOCAL = new InetSocketAddress("127.0.0.1", 0);
    private static final EndpointPattern BALANCER = EndpointPattern.parse("127.0.0.1");

    private final List<Socks5ServerListener> listeners = List.of(new Recorder());

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().allowAnonymous();
    }

    private static void change(Socks5ServerBuilder from, Socks5ServerBuilder to) {
        to.settings().requireSameForGood(from.settings());
    }

    private static void assertDiffers(Socks5ServerBuilder from, Socks5ServerBuilder to, String option) {
        assertThatThrownBy(() -> change(from, to))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(option);
    }

    /** A new one belongs to one of the two; and to {@code requireSameForGood} and the page, if it is fixed. */
    @Test
    void everySettingIsFixedOrReplaced() {
        assertThat(Arrays.stream(Settings.class.getRecordComponents()).map(RecordComponent::getName))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(FIXED.stream(), REPLACED.stream())
                        .distinct()
                        .toList());
        assertThat(Arrays.stream(Settings.Limits.class.getRecordComponents()).map(RecordComponent::getName))
                .containsExactlyInAnyOrder(
                        "connections",
                        "perClient",
                        "unauthenticated",
                        "perUser",
                        "backlog",
                        "failedLogins",
                        "failedLoginWindow");
    }

    @Test
    void theSameFromAnotherBuilderIsTheSame() {
        SSLContext context = TlsPeers.serverContext();
        assertThatCode(() -> change(all(context, TlsPeers.asking(true)), all(context, TlsPeers.asking(true))))
                .doesNotThrowAnyException();
    }

    private Socks5ServerBuilder all(SSLContext context, SSLParameters parameters) {
        return builder()
                .listen(LOCAL)
                .listenTls(LOCAL, context, parameters)
                .listenBehindBalancer(LOCAL, BALANCER)
                .listenUnix(Path.of("socket"))
                .listener(listeners.get(0));
    }

    @Test
    void listenersDifferByAddressTlsAndBalancers() throws Exception {
        SSLContext context = TlsPeers.serverContext();
        Socks5ServerBuilder plain = builder().listen(LOCAL);
        Socks5ServerBuilder tls = builder().listenTls(LOCAL, context, TlsPeers.asking(true));
        Socks5ServerBuilder balanced = builder().listenBehindBalancer(LOCAL, BALANCER);
        assertDiffers(plain, builder().listen(LOCAL).listen(LOCAL), "listen");
        assertDiffers(plain, builder().listen("127.0.0.1", 1080), "listen");
        assertDiffers(plain, tls, "listenTls");
        assertDiffers(tls, plain, "listenTls");
        assertDiffers(tls, builder().listenTls(LOCAL, TlsPeers.clientContext(), TlsPeers.asking(true)), "listenTls");
        assertDiffers(tls, builder().listenTls(LOCAL, context, TlsPeers.asking(false)), "listenTls");
        assertDiffers(tls, builder().listenTls(LOCAL, context), "listenTls");
        assertDiffers(plain, balanced, "listenBehindBalancer");
        assertDiffers(
                balanced,
                builder().listenBehindBalancer(LOCAL, EndpointPattern.parse("127.0.0.2")),
                "listenBehindBalancer");
    }

    @Test
    void progressAndSharedPortsAreFixed() {
        assertDiffers(builder(), builder().progressEvery(Duration.ofSeconds(1)), "progressEvery");
        assertDiffers(builder(), builder().reusePort(), "reusePort");
    }
}
