package dev.socks5.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.junit.RecordedRequest.Outcome;
import dev.socks5.server.AccessRules;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RecordsTest {

    private static final String SOCKS4_REQUEST = "04 01 00 50 7f 00 00 01 00";
    private static final String HTTP_REQUEST = "43 4f 4e 4e 45 43 54 20 61 3a 31 20 48"; // CONNECT a:1 H
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Echo echo;
    private Socks5TestProxy proxy;

    @BeforeEach
    void open() throws IOException {
        echo = new Echo();
        proxy = Socks5TestProxy.builder()
                .accessRule(AccessRules.builder().deny("forbidden.test").build())
                .server(server -> server.torResolve())
                .start();
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void keepsClientsThatSpeakSomethingElse() throws IOException {
        for (String words : List.of(SOCKS4_REQUEST, HTTP_REQUEST)) {
            try (RawClient client = new RawClient(proxy)) {
                assertThat(client.send(words).receiveAll()).isEmpty();
            }
        }
        assertThat(proxy.requests()).extracting(RecordedRequest::outcome).containsOnly(Outcome.NOT_SOCKS5);
        assertThat(proxy.requests().get(0).remark()).contains("SOCKS4");
        assertThat(proxy.requests().get(1).remark()).contains("HTTP");
        assertThat(proxy.requests().get(0).command()).isNull();
    }

    @Test
    void keepsThoseThatOfferNothingAcceptableOrLeave() throws Exception {
        try (RawClient client = new RawClient(proxy)) {
            assertThat(client.send("05 01 80").receiveAll()).isEqualTo("05 ff");
        }
        assertThat(proxy.requests().get(0).outcome()).isEqualTo(Outcome.NOT_LOGGED_IN);
        new RawClient(proxy).close();
        RecordedRequest silent = proxy.awaitRequests(2, LIMIT).get(1);
        assertThat(silent.outcome()).isEqualTo(Outcome.CUT_SHORT);
    }

    @Test
    void keepsWhatARuleRefuses() {
        assertThatThrownBy(() -> proxy.client().connect("forbidden.test", 80))
                .isInstanceOf(RequestRejectedException.class);
        RecordedRequest request = proxy.requireProxied("forbidden.test", 80);
        assertThat(request.reply()).isEqualTo(ReplyCode.NOT_ALLOWED);
        assertThat(request.remark()).contains("forbidden.test");
    }

    @Test
    void keepsTheOtherCommands() throws IOException {
        proxy.client().associate().close();
        proxy.client().bind(Endpoint.of("127.0.0.1", 0)).close();
        assertThat(proxy.client().resolve("localhost").isLoopbackAddress()).isTrue();
        assertThat(proxy.requests())
                .extracting(RecordedRequest::command)
                .containsExactly(Command.UDP_ASSOCIATE, Command.BIND, Command.of(0xF0));
        assertThat(proxy.requests()).extracting(RecordedRequest::outcome).containsOnly(Outcome.GRANTED);
    }

    @Test
    void theRelayOfDatagramsIsAnAddressOfTheProxyAsLongAsItIsThere() throws Exception {
        InetSocketAddress relay;
        try (RawClient client = new RawClient(proxy)) {
            client.send("05 01 00 05 03 00 01 00 00 00 00 00 00").receive(10);
            int port = Integer.parseInt(client.receive(2).replace(" ", ""), 16);
            relay = new InetSocketAddress(proxy.address().getAddress(), port);
            assertThat(RunningProxies.contains(relay)).isTrue();
        }
        proxy.close();
        assertThat(RunningProxies.contains(relay)).isFalse();
    }

    /** What {@link Socks5TestProxy#requests()} promises, many times, because a race would not show in one. */
    @Test
    void areCompleteOnceTheClientHasItsAnswer() throws IOException {
        for (int i = 0; i < 24; i++) {
            proxy.clear();
            proxy.client().connect("localhost", echo.port()).close();
            assertThat(proxy.requests().get(0).outcome()).isEqualTo(Outcome.GRANTED);
            assertThatThrownBy(() -> proxy.client().connect("forbidden.test", 80));
            assertThat(proxy.requests().get(1).outcome()).isEqualTo(Outcome.REFUSED);
            proxy.next(Fault.cutAfter(i % 12));
            assertThatThrownBy(() -> proxy.client().connect("localhost", echo.port()));
            assertThat(proxy.requests().get(2).outcome()).isEqualTo(Outcome.CUT_SHORT);
            proxy.requireFaultsMet();
            try (RawClient client = new RawClient(proxy)) {
                client.send(SOCKS4_REQUEST).receiveAll();
            }
            assertThat(proxy.requests().get(3).outcome()).isEqualTo(Outcome.NOT_SOCKS5);
        }
    }

    @Test
    void standInTheOrderOfAcceptance() throws IOException {
        try (RawClient first = new RawClient(proxy);
                RawClient second = new RawClient(proxy)) {
            second.send("05 01 00 05 01 00 03 01 62 00 50").receiveAll();
            first.send("05 01 00 05 01 00 03 01 61 00 50").receiveAll();
        }
        assertThat(proxy.requests())
                .extracting(RecordedRequest::destination)
                .containsExactly(Endpoint.of("a", 80), Endpoint.of("b", 80));
    }

    @Test
    void canBeWaitedFor() throws Exception {
        Socks5Client client = proxy.client();
        CompletableFuture<?> later = client.connectAsync("localhost", echo.port());
        assertThat(proxy.awaitRequests(1, LIMIT)).hasSize(1);
        later.join();
        assertThatThrownBy(() -> proxy.awaitRequests(2, Duration.ZERO))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(
                        "2 answered requests within 0 ms, and there are 1", "localhost:" + echo.port());
    }

    @Test
    void anAddressIsNotTheName() throws IOException {
        assertThatThrownBy(() -> proxy.requireProxied("localhost", echo.port()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("gone direct? @NoDirectConnections", "no connections");
        try (Socket socket = proxy.client().connect("127.0.0.1", echo.port())) {
            proxy.requireProxied("127.0.0.1", echo.port());
            assertThatThrownBy(() -> proxy.requireProxied("localhost", echo.port()))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContainingAll("not asked for localhost:", "127.0.0.1:" + echo.port())
                    .hasMessageContaining("looked the name up by itself?");
            for (String host : List.of("127.0.0.1", "localhost")) {
                assertThatThrownBy(() -> proxy.requireProxied(host, 1))
                        .isInstanceOf(AssertionError.class)
                        .hasMessageNotContaining("?");
            }
        }
    }

    @Test
    void areAsTheyWereWhenAsked() throws IOException {
        List<List<RecordedRequest>> lists = new ArrayList<>();
        lists.add(proxy.requests());
        proxy.client().connect("localhost", echo.port()).close();
        lists.add(proxy.requests());
        proxy.clear();
        assertThat(lists).extracting(List::size).containsExactly(0, 1);
        assertThat(proxy.requests()).isEmpty();
    }

    @Test
    void escapeTheTextOfClients() {
        RecordedRequest request =
                new RecordedRequest(Command.CONNECT, Endpoint.of("a.test", 1), "eve\n", null, Outcome.CUT_SHORT, "");
        assertThat(request).hasToString("CONNECT (0x01) a.test:1 by eve\\u000a: CUT_SHORT");
    }
}
