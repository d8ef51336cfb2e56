package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.examples.InternalMetrics;
import dev.socks5.server.AccessRules;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.io.IOException;
import java.net.Socket;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example with a destination inside the JVM of the server, fetched by curl and by our client. */
@Timeout(60)
class InternalMetricsTest {

    private static final String NAME = "metrics.internal";

    private static Socks5ServerBuilder builder() {
        return new InternalMetrics().addTo(Socks5Server.builder().listen("127.0.0.1", 0));
    }

    private static Run curl(Socks5Server proxy, String url) throws Exception {
        return Run.of(Program.CURL.with(
                "-sS",
                "--proxy",
                "socks5h://127.0.0.1:" + proxy.localAddresses().get(0).getPort(),
                url));
    }

    private static Socks5Client client(Socks5Server proxy) {
        return Socks5Client.builder().proxy(proxy.localAddresses().get(0)).build();
    }

    @Test
    void curlGetsThePageAndReachesOtherHosts() throws Exception {
        try (Socks5Server proxy = builder().start();
                Origin web = Origin.web()) {
            assertThat(curl(proxy, web.url("127.0.0.1")).output()).hasSize(Origin.BODY.length);

            assertThat(curl(proxy, "http://" + NAME + "/"))
                    .isEqualTo(new Run(0, "# TYPE tunnels_total counter\ntunnels_total 2\n", ""));
        }
    }

    @Test
    void ourClientGetsThePageUpToItsEnd() throws IOException {
        try (Socks5Server proxy = builder().start();
                Socket socket = client(proxy).connect("Metrics.INTERNAL", 80)) {
            socket.getOutputStream().write("GET /metrics HTTP/1.0\r\n\r\n".getBytes(US_ASCII));

            assertThat(socket.getInputStream().readAllBytes())
                    .asString(US_ASCII)
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("\r\n\r\n# TYPE tunnels_total counter\ntunnels_total 1\n");
        }
    }

    /** It is port 80 of that name alone that is inside; nobody else knows the name. */
    @Test
    void anotherPortIsNotInside() throws IOException {
        try (Socks5Server proxy = builder()
                .resolver(name -> {
                    throw new UnknownHostException(name);
                })
                .start()) {
            assertThat(rejection(proxy, 81)).isEqualTo(ReplyCode.HOST_UNREACHABLE);
        }
    }

    @Test
    void theRulesHoldForItToo() throws IOException {
        try (Socks5Server proxy =
                builder().accessRule(AccessRules.builder().deny(NAME).build()).start()) {
            assertThat(rejection(proxy, 80)).isEqualTo(ReplyCode.NOT_ALLOWED);
        }
    }

    private static ReplyCode rejection(Socks5Server proxy, int port) {
        RequestRejectedException[] rejection = new RequestRejectedException[1];
        assertThatThrownBy(() -> client(proxy).connect(NAME, port).close())
                .isInstanceOfSatisfying(RequestRejectedException.class, e -> rejection[0] = e);
        return rejection[0].reply().code();
    }
}
