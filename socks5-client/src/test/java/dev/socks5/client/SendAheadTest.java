package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.RequestRejectedException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What goes ahead of the proxy's answers. The scripts read all of a flight before they answer anything: a client that
 * waited for an answer would wait until its time limit.
 */
@Timeout(60)
class SendAheadTest {

    private static final Endpoint DESTINATION = Endpoint.of("a.b", 80);
    private static final String TO_DESTINATION = "00 03 03 61 2e 62 00 50";
    private static final String TO_SECOND = "05 01 00 03 0b 73 65 63 6f 6e 64 2e 74 65 73 74 04 38";
    private static final String TO_THIRD = "05 01 00 03 0a 74 68 69 72 64 2e 74 65 73 74 04 39";
    private static final String LOGIN = "01 01 75 01 70";
    private static final String RELAY = "05 00 00 01 7f 00 00 01 04 38";

    private static Socks5ClientBuilder second() {
        return Socks5Client.builder().proxy("second.test", 1080);
    }

    private static Socks5ClientBuilder third() {
        return Socks5Client.builder().proxy("third.test", 1081);
    }

    enum Way {
        SOCKET("01 " + TO_DESTINATION) {
            @Override
            void go(Socks5Client client) throws Exception {
                client.connect(DESTINATION).close();
            }
        },
        FACTORY("01 " + TO_DESTINATION) {
            @Override
            void go(Socks5Client client) throws Exception {
                client.socketFactory().createSocket("a.b", 80).close();
            }
        },
        CHANNEL("01 " + TO_DESTINATION) {
            @Override
            void go(Socks5Client client) throws Exception {
                client.openChannel(DESTINATION).close();
            }
        },
        ASYNC("01 " + TO_DESTINATION) {
            @Override
            void go(Socks5Client client) throws Exception {
                client.connectAsync(DESTINATION).get(15, TimeUnit.SECONDS).close();
            }
        },
        BIND("02 " + TO_DESTINATION) {
            @Override
            void go(Socks5Client client) throws Exception {
                client.bind(DESTINATION).close();
            }
        },
        ASSOCIATE("03 00 01 00 00 00 00 00 00") {
            @Override
            void go(Socks5Client client) throws Exception {
                client.associate().close();
            }
        };

        private final String request;

        Way(String request) {
            this.request = "05 " + request;
        }

        abstract void go(Socks5Client client) throws Exception;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void withoutALoginGreetingAndRequestAreOneFlight(Way way) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 00 " + way.request);
            client.sendOneByOne("05 00 " + RELAY);
            client.awaitEnd();
        })) {
            way.go(proxy.clientBuilder().sendAhead().build());
            proxy.received();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aLoginWaitsForTheSelectionAndTheRequestDoesNotWaitForTheVerdict(Way way) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 02 00 02");
            client.send("05 02");
            client.expect(LOGIN + " " + way.request);
            client.sendOneByOne("01 00 " + RELAY);
            client.awaitEnd();
        })) {
            way.go(proxy.clientBuilder().credentials("u", "p").sendAhead().build());
            proxy.received();
        }
    }

    /** The bytes behind the greeting are the request: no login was sent that the proxy did not ask for. */
    @Test
    void withoutASelectionThereIsNoLogin() throws Exception {
        for (boolean required : new boolean[] {false, true}) {
            try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                client.expect(required ? "05 01 02" : "05 02 00 02");
                client.send("05 00");
                if (!required) {
                    client.expect(Way.SOCKET.request);
                    client.send(RELAY);
                }
                client.awaitEnd();
            })) {
                Socks5ClientBuilder builder =
                        proxy.clientBuilder().credentials("u", "p").sendAhead();
                Socks5Client client = (required ? builder.requireLogin() : builder).build();
                if (required) {
                    assertThatThrownBy(() -> client.connect(DESTINATION)).isInstanceOf(MalformedMessageException.class);
                } else {
                    client.connect(DESTINATION).close();
                }
                assertThat(proxy.received()).doesNotContain(LOGIN);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aLoginGoesAheadIfTheCallerSaysSo(Way way) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 02 " + LOGIN + " " + way.request);
            client.sendOneByOne("05 02 01 00 " + RELAY);
            client.awaitEnd();
        })) {
            way.go(proxy.clientBuilder().credentials("u", "p").sendLoginAhead().build());
            proxy.received();
        }
    }

    @Test
    void anotherSelectionThanTheOneThatWasSentForIsAnError() throws Exception {
        for (String selection : new String[] {"05 00", "05 01", "05 80"}) {
            try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                client.expect("05 01 02 " + LOGIN + " " + Way.SOCKET.request);
                client.send(selection);
                client.awaitEnd();
            })) {
                Socks5Client client = proxy.clientBuilder()
                        .credentials("u", "p")
                        .sendLoginAhead()
                        .build();
                assertThatThrownBy(() -> client.connect(DESTINATION))
                        .isInstanceOf(MalformedMessageException.class)
                        .hasMessageContaining("not offered: ");
                proxy.received();
            }
        }
    }

    @Test
    void aRefusedLoginIsThatThoughTheRequestIsThere() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 02 " + LOGIN + " " + Way.SOCKET.request);
            client.send("05 02 01 01");
            client.awaitEnd();
        })) {
            Socks5Client client =
                    proxy.clientBuilder().credentials("u", "p").sendLoginAhead().build();
            assertThatThrownBy(() -> client.connect(DESTINATION)).isInstanceOf(AuthenticationFailedException.class);
        }
    }

    @Test
    void threeProxiesAreOneFlight() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 00 " + TO_SECOND);
            client.expect("05 01 02 " + LOGIN + " " + TO_THIRD);
            client.expect("05 01 00 " + Way.SOCKET.request);
            client.sendOneByOne("05 00 " + RELAY + " 05 02 01 00 " + RELAY + " 05 00 " + RELAY + " 2a");
            client.awaitEnd();
        })) {
            Socks5Client client = third().sendAhead()
                    .build()
                    .through(second().credentials("u", "p")
                            .sendLoginAhead()
                            .build()
                            .through(proxy.clientBuilder().sendAhead().build()));
            try (var socket = client.connect(DESTINATION)) {
                assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
            }
            proxy.received();
        }
    }

    @Test
    void whatOneOfThreeHasToWaitForTheOthersWaitForToo() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 00 " + TO_SECOND + " 05 02 00 02");
            client.send("05 00 " + RELAY + " 05 02");
            client.expect(LOGIN + " " + TO_THIRD + " 05 01 00 " + Way.SOCKET.request);
            client.send("01 00 " + RELAY + " 05 00 " + RELAY);
            client.awaitEnd();
        })) {
            third().sendAhead()
                    .build()
                    .through(second().credentials("u", "p")
                            .sendAhead()
                            .build()
                            .through(proxy.clientBuilder().sendAhead().build()))
                    .connect(DESTINATION)
                    .close();
            proxy.received();
        }
    }

    /** Each proxy's own client says what that proxy takes. */
    @Test
    void aProxyThatIsNotSaidToTakeItGetsOneMessageAtATime() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 00 " + TO_SECOND);
            client.send("05 00 " + RELAY);
            client.greet("05 00"); // What stood behind it would be taken for the number of methods in the next line.
            client.expect(Way.SOCKET.request);
            client.send(RELAY);
            client.awaitEnd();
        })) {
            second().build()
                    .through(proxy.clientBuilder().sendAhead().build())
                    .connect(DESTINATION)
                    .close();
            proxy.received();
        }
    }

    @Test
    void theRefusalOfOneOfThreeNamesIt() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 00 " + TO_SECOND + " 05 01 00 " + Way.SOCKET.request);
            client.send("05 00 " + RELAY + " 05 00 05 05 00 01 00 00 00 00 00 00");
            client.awaitEnd();
        })) {
            Socks5Client client = second().sendAhead()
                    .build()
                    .through(proxy.clientBuilder().sendAhead().build());
            assertThatThrownBy(() -> client.connect(DESTINATION))
                    .isInstanceOfSatisfying(
                            RequestRejectedException.class,
                            e -> assertThat(e.proxy()).contains(Endpoint.of("second.test", 1080)));
        }
    }

    @Test
    void aUriSaysIt() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 02 " + LOGIN + " " + Way.SOCKET.request);
            client.send("05 02 01 00 " + RELAY);
            client.awaitEnd();
        })) {
            String host = "127.0.0.1:" + proxy.address().getPort();
            Socks5Client.of("socks5h://u:p@" + host + "?sendAhead=login")
                    .connect(DESTINATION)
                    .close();
            proxy.received();
        }
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 00 " + Way.SOCKET.request);
            client.send("05 00 " + RELAY);
            client.awaitEnd();
        })) {
            String host = "127.0.0.1:" + proxy.address().getPort();
            Socks5Client.of("socks5h://" + host + "/?sendAhead")
                    .connect(DESTINATION)
                    .close();
            proxy.received();
        }
    }
}
