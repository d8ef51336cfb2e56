package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import java.io.Closeable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What listeners are told of connections that succeed, with a clock that moves only where a test moves it. */
@Timeout(60)
class ListenerTest {

    private static final Endpoint DESTINATION = Endpoint.of("origin.example", 80);

    private final Told told = new Told();
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000); // It may overflow.

    private void pass(int millis) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static Duration ms(int millis) {
        return Duration.ofMillis(millis);
    }

    private Socks5ClientBuilder watched(Socks5ClientBuilder builder) {
        return builder.listener(told).clock(clock::get);
    }

    private static Endpoint endpoint(ScriptedProxy proxy) {
        return Endpoint.of(proxy.address());
    }

    /** Takes 2 ms to select the login, 3 ms to accept it, and 4 ms to open the tunnel. */
    private void slowTunnel(ScriptedProxy.Client client) throws Exception {
        slowLogin(client);
        client.readRequest();
        pass(4);
        client.send(ScriptedProxy.SUCCESS);
        client.awaitEnd();
    }

    private void slowLogin(ScriptedProxy.Client client) throws Exception {
        client.read(4);
        pass(2);
        client.send(ScriptedProxy.LOGIN_SELECTED);
        client.readLogin();
        pass(3);
        client.send(ScriptedProxy.LOGIN_ACCEPTED);
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheTimesOfAProxy(Way way) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(this::slowTunnel)) {
            Socks5Client client = watched(Socks5Client.builder())
                    .proxy("proxy.example", proxy.address().getPort())
                    .resolver(name -> {
                        pass(1);
                        return List.of(proxy.address().getAddress());
                    })
                    .credentials("user", "secret")
                    .build();
            try (Closeable open = way.open(client, DESTINATION)) {
                Endpoint name = Endpoint.of("proxy.example", proxy.address().getPort());
                assertThat(told.attempt().request()).isEqualTo(Request.connect(DESTINATION));
                assertThat(told.attempt().proxies()).containsExactly(name);
                assertThat(told.times())
                        .isEqualTo(new ConnectTimes(
                                ms(1),
                                Duration.ZERO,
                                List.of(new ConnectTimes.ProxyTimes(name, Duration.ZERO, ms(5), ms(4))),
                                ms(10)));
            }
            assertThat(proxy.received()).contains("73 65 63 72 65 74");
            assertThat(told.attempt().toString()).doesNotContain("secret");
        }
    }

    @Test
    void tellsTheTimeOfTheDial() throws Exception {
        Queue<InetSocketAddress> slowly = new ArrayDeque<>() {
            @Override
            public @Nullable InetSocketAddress poll() {
                pass(6);
                return null;
            }
        };
        try (ScriptedProxy proxy = new ScriptedProxy(this::slowTunnel)) {
            Socks5Client client = watched(proxy.clientBuilder())
                    .credentials("user", "secret")
                    .proxySocketFactory(new PlainFactory(new ArrayDeque<>(), slowly))
                    .build();
            client.connect(DESTINATION).close();
            assertThat(told.times().lookUp()).isZero();
            assertThat(told.times().dial()).isEqualTo(ms(6));
            assertThat(told.times().total()).isEqualTo(ms(15));
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsNoProxyOfADestinationThatGoesDirect(Way way) throws Exception {
        try (ServerSocket origin = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Socks5Client client = watched(Socks5Client.builder())
                    .proxy("192.0.2.1", 1080)
                    .direct(destination -> true)
                    .resolver(name -> {
                        pass(1);
                        return List.of(origin.getInetAddress());
                    })
                    .build();
            Endpoint destination = Endpoint.of("origin.example", origin.getLocalPort());
            way.open(client, destination).close();
            assertThat(told.attempt().request()).isEqualTo(Request.connect(destination));
            assertThat(told.attempt().proxies()).isEmpty();
            assertThat(told.times()).isEqualTo(new ConnectTimes(ms(1), Duration.ZERO, List.of(), ms(1)));
        }
    }

    @Test
    void tellsOfBind() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            watched(proxy.clientBuilder()).build().bind(DESTINATION).close();
            assertThat(told.attempt().request()).isEqualTo(new Request(Command.BIND, DESTINATION));
            assertThat(told.times().proxies())
                    .extracting(ConnectTimes.ProxyTimes::proxy)
                    .containsExactly(endpoint(proxy));
        }
    }

    @Test
    void countsTheAttemptsOfAJvm() throws Exception {
        try (ScriptedProxy first = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd);
                ScriptedProxy second = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            watched(first.clientBuilder()).build().connect(DESTINATION).close();
            watched(second.clientBuilder()).build().connect(DESTINATION).close();
            assertThat(told.begun()).hasSize(2);
            assertThat(told.begun().get(1).id()).isEqualTo(told.begun().get(0).id() + 1);
        }
    }
}
