package dev.socks5.client;

import static dev.socks5.client.ScriptedProxy.LOGIN_ACCEPTED;
import static dev.socks5.client.ScriptedProxy.LOGIN_SELECTED;
import static dev.socks5.client.ScriptedProxy.NO_AUTHENTICATION;
import static dev.socks5.client.ScriptedProxy.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.NoAcceptableMethodException;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.codec.Socks5Exception;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three proxies in a row, all of them played by one: what is beyond the first is seen by it as well. */
@Timeout(60)
class ChainTest {

    private static final Endpoint SECOND = Endpoint.of("second.test", 1082);
    private static final Endpoint THIRD = Endpoint.of("third.test", 1083);
    private static final Endpoint DESTINATION = Endpoint.of("a.b", 80);

    private static final String TO_SECOND = "05 01 00 03 0b 73 65 63 6f 6e 64 2e 74 65 73 74 04 3a";
    private static final String TO_THIRD = "05 01 00 03 0a 74 68 69 72 64 2e 74 65 73 74 04 3b";
    private static final String TO_DESTINATION = "05 01 00 03 03 61 2e 62 00 50";

    /** The user is called after the proxy: 1, 2 or 3. */
    private static Socks5ClientBuilder hop(Endpoint proxy, int number) {
        return Socks5Client.builder()
                .proxy(proxy.toInetSocketAddress())
                .connectTimeout(Duration.ofSeconds(15))
                .credentials(Integer.toString(number), "p" + number);
    }

    private static Socks5Client chain(ScriptedProxy first) {
        Socks5Client one = hop(Endpoint.of(first.address()), 1).build();
        return hop(THIRD, 3).build().through(hop(SECOND, 2).build().through(one));
    }

    private static String login(int number) {
        return "01 01 3%d 02 70 3%d".formatted(number, number);
    }

    private static void pass(ScriptedProxy.Client client, int number, String request) throws IOException {
        client.expect("05 02 00 02");
        client.send(LOGIN_SELECTED);
        client.expect(login(number));
        client.send(LOGIN_ACCEPTED);
        client.expect(request);
        client.send(SUCCESS);
    }

    @Test
    void eachProxyGetsItsOwnLoginAndNoOther() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            pass(client, 1, TO_SECOND);
            pass(client, 2, TO_THIRD);
            pass(client, 3, TO_DESTINATION);
            client.expect("2a");
            client.send("2b");
            client.awaitEnd();
        })) {
            try (Socket socket = chain(proxy).connect(DESTINATION)) {
                socket.getOutputStream().write(0x2a);
                assertThat(socket.getInputStream().read()).isEqualTo(0x2b);
                assertThat(socket.getRemoteSocketAddress()).isEqualTo(DESTINATION.toInetSocketAddress());
            }
            proxy.received();
        }
    }

    @Test
    void noLoginIsSentToAProxyThatWantsNone() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            for (int hop = 0; hop < 3; hop++) {
                client.expect("05 02 00 02");
                client.send(NO_AUTHENTICATION);
                client.readRequest();
                client.send(SUCCESS);
            }
            client.awaitEnd();
        })) {
            chain(proxy).connect(DESTINATION).close();
            assertThat(proxy.received())
                    .isEqualTo(String.join(
                            " ", "05 02 00 02", TO_SECOND, "05 02 00 02", TO_THIRD, "05 02 00 02", TO_DESTINATION));
        }
    }

    @Test
    void theSameProxyTwiceIsAChainOfTwo() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.acceptTunnel();
            client.acceptTunnel();
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.client();
            client.through(client).connect(DESTINATION).close();
            assertThat(proxy.received())
                    .startsWith("05 01 00 05 01 00 01 7f 00 00 01")
                    .endsWith("05 01 00 " + TO_DESTINATION);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aRefusalNamesItsProxyAndKeepsItsType(int failing) throws Exception {
        Endpoint[] asked = {SECOND, THIRD, DESTINATION};
        RequestRejectedException e = failure(
                failing,
                RequestRejectedException.class,
                LOGIN_SELECTED,
                LOGIN_ACCEPTED,
                "05 05 00 01" + " 00".repeat(6));
        assertThat(e.reply().code()).isEqualTo(ReplyCode.CONNECTION_REFUSED);
        assertThat(e.request().destination()).isEqualTo(asked[failing - 1]);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aWrongLoginNamesItsProxyAndKeepsItsType(int failing) throws Exception {
        assertThat(failure(failing, AuthenticationFailedException.class, LOGIN_SELECTED, "01 07")
                        .status())
                .isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void noMethodNamesItsProxyAndKeepsItsType(int failing) throws Exception {
        failure(failing, NoAcceptableMethodException.class, "05 ff");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void nonsenseNamesItsProxyAndKeepsItsType(int failing) throws Exception {
        failure(failing, MalformedMessageException.class, "48 54");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void anEndNamesItsProxyAndKeepsItsType(int failing) throws Exception {
        failure(failing, MalformedMessageException.class, LOGIN_SELECTED, LOGIN_ACCEPTED);
    }

    /**
     * Lets the ones before pass; the one that is to fail sends some answers, then closes. Nobody gets anything after.
     */
    private static <E extends Socks5Exception> E failure(int failing, Class<E> type, String... answers)
            throws Exception {
        String[] requests = {TO_SECOND, TO_THIRD, TO_DESTINATION};
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            for (int number = 1; number < failing; number++) {
                pass(client, number, requests[number - 1]);
            }
            String[] messages = {"05 02 00 02", login(failing), requests[failing - 1]};
            for (int i = 0; i < answers.length; i++) {
                client.expect(messages[i]);
                client.send(answers[i]);
            }
            client.socket().shutdownOutput();
            client.awaitEnd();
        })) {
            E e = catchThrowableOfType(type, () -> chain(proxy).connect(DESTINATION));
            Endpoint culprit = new Endpoint[] {Endpoint.of(proxy.address()), SECOND, THIRD}[failing - 1];
            assertThat(e.proxy()).contains(culprit);
            assertThat(e).hasMessageContaining("[proxy " + culprit + "]");
            assertThat(e.getMessage()).doesNotContain("p1", "p2", "p3");
            proxy.received();
            return e;
        }
    }

    @Test
    void oneDeadlineForAllAndTheOneThatStallsIsNamed() throws Exception {
        Duration limit = Duration.ofMillis(600);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            Thread.sleep(200);
            pass(client, 1, TO_SECOND);
            Thread.sleep(200);
            pass(client, 2, TO_THIRD);
            client.expect("05 02 00 02");
            // What the others have taken does not count anew for this one.
            client.awaitEnd();
        })) {
            Socks5Client one = hop(Endpoint.of(proxy.address()), 1).build();
            Socks5Client two = hop(SECOND, 2).build().through(one);
            Socks5Client chain = hop(THIRD, 3).connectTimeout(limit).build().through(two);
            long start = System.nanoTime();
            assertThatThrownBy(() -> chain.connect(DESTINATION))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage(
                            "no tunnel to a.b:80 through the proxy %s, second.test:1082, third.test:1083 within 600 ms,"
                                    + " waiting for third.test:1083",
                            Endpoint.of(proxy.address()));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(limit, limit.plusSeconds(5));
            proxy.received();
        }
    }

    @Test
    void onlyTheFirstCanHaveAFactory() {
        Socks5Client plain = hop(SECOND, 2).build();
        Socks5Client tls =
                hop(SECOND, 2).proxySocketFactory(SSLSocketFactory.getDefault()).build();
        assertThatIllegalArgumentException().isThrownBy(() -> tls.through(plain));
        assertThat(plain.through(tls)).hasToString("Socks5Client[second.test:1082, second.test:1082]");
    }

    @Test
    void whatGoesDirectCannotUseTheFirstProxysFactory() {
        Socks5Client tls =
                hop(SECOND, 2).proxySocketFactory(SSLSocketFactory.getDefault()).build();
        Socks5Client direct = hop(THIRD, 3).direct(destination -> true).build();
        assertThatIllegalArgumentException().isThrownBy(() -> direct.through(tls));
    }

    @Test
    void whatGoesDirectIsTheLastClientsChoice() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.acceptTunnel();
            client.acceptTunnel();
            client.awaitEnd();
        })) {
            Socks5Client first =
                    proxy.clientBuilder().direct(destination -> true).build();
            Socks5Client second =
                    Socks5Client.builder().proxy("second.test", 1082).build();
            second.through(first).connect(DESTINATION).close();
            assertThat(proxy.received()).isEqualTo("05 01 00 " + TO_SECOND + " 05 01 00 " + TO_DESTINATION);
        }
    }
}
