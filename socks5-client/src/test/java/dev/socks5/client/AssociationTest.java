package dev.socks5.client;

import static dev.socks5.client.ScriptedProxy.NO_AUTHENTICATION;
import static dev.socks5.client.ScriptedRelay.addressOf;
import static dev.socks5.client.ScriptedRelay.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How associations begin, and how they end. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // An interrupt ends no receive.
class AssociationTest {

    private static final Endpoint DESTINATION = Endpoint.of("192.0.2.53", 53);
    private static final String HEADER = header("192.0.2.53", 53);

    @ParameterizedTest
    @ValueSource(strings = {"01 00 00 00 00", "04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", "03 00"})
    void aWildcardIsTheProxysOwnAddress(String bound) throws Exception {
        try (ScriptedRelay relay = new ScriptedRelay(bound);
                Socks5DatagramSocket socket = relay.associate()) {
            socket.send(DESTINATION, new byte[] {0x2a}, 0, 1);
            assertThat(relay.receive()).isEqualTo(HEADER + " 2a");
            relay.send(addressOf(socket), HEADER + " 2b");
            ByteBuffer data = ByteBuffer.allocate(1);
            assertThat(socket.receive(data)).isEqualTo(DESTINATION);
        }
    }

    /** "localhost" would do, if it were looked up. */
    @Test
    void aRelayGivenByNameIsAnError() throws Exception {
        try (ScriptedRelay relay = new ScriptedRelay("03 09 6c 6f 63 61 6c 68 6f 73 74")) {
            assertThatExceptionOfType(MalformedMessageException.class)
                    .isThrownBy(relay::associate)
                    .withMessageContaining("localhost");
            relay.proxy().received();
        }
    }

    /** Else its datagrams would go to this host. */
    @Test
    void aWildcardIsAnErrorIfTheFactorysSocketDoesNotKnowTheProxysAddress() throws Exception {
        try (ScriptedProxy proxy = granting("01 00 00 00 00 04 38")) {
            Socks5Client client = Socks5Client.builder()
                    .proxy("localhost", 9)
                    .proxySocketFactory(PlainFactory.forgetful(proxy.address()))
                    .build();
            assertThatThrownBy(() -> client.associate().close())
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessageContaining("localhost:1080");
            proxy.received();
        }
    }

    @Test
    void aRelayWithoutAPortIsAnError() throws Exception {
        try (ScriptedProxy proxy = granting("01 7f 00 00 01 00 00")) {
            assertThatThrownBy(() -> proxy.client().associate()).isInstanceOf(MalformedMessageException.class);
            proxy.received();
        }
    }

    @Test
    void aRelayOfAnotherAddressFamilyIsAnError() throws Exception {
        try (ScriptedProxy proxy = granting("04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 00 35")) {
            assertThatThrownBy(() -> proxy.client().associate())
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessageContaining("127.0.0.1");
            proxy.received();
        }
    }

    private static ScriptedProxy granting(String bound) throws IOException {
        return new ScriptedProxy(client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            client.send("05 00 00 " + bound);
            client.awaitEnd();
        });
    }

    @Test
    void aRefusalClosesTheConnection() throws Exception {
        try (ScriptedProxy proxy = refusing(ScriptedProxy.Client::awaitEnd)) {
            assertThatThrownBy(() -> proxy.client().associate()).isInstanceOf(RequestRejectedException.class);
            proxy.received();
        }
    }

    private static ScriptedProxy refusing(ScriptedProxy.Script script) throws IOException {
        return new ScriptedProxy(client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            client.send("05 07 00 01 00 00 00 00 00 00");
            script.play(client);
        });
    }

    @Test
    void theControlConnectionComesFromTheFactory() throws Exception {
        BlockingQueue<Socket> made = new LinkedBlockingQueue<>();
        SocketFactory factory = new PlainFactory(made, new LinkedBlockingQueue<>());
        try (ScriptedRelay relay = new ScriptedRelay()) {
            Socks5Client client =
                    relay.proxy().clientBuilder().proxySocketFactory(factory).build();
            try (Socks5DatagramSocket socket = client.associate()) {
                socket.send(DESTINATION, new byte[0], 0, 0);
                assertThat(relay.receive()).isEqualTo(HEADER);
                relay.control().socket().close();
                assertThatThrownBy(() -> socket.receive(ByteBuffer.allocate(1)))
                        .hasMessageContaining("has ended the association");
            }
            assertThat(made).hasSize(1).allMatch(Socket::isClosed);
        }
    }

    @Test
    void aReadTimeoutOfTheFactorysEndsNoAssociation() throws Exception {
        Socket impatient = new Socket(Proxy.NO_PROXY);
        impatient.setSoTimeout(1);
        SocketFactory factory = mock(SocketFactory.class);
        when(factory.createSocket()).thenReturn(impatient);
        try (ScriptedRelay relay = new ScriptedRelay();
                Socks5DatagramSocket socket = relay.proxy()
                        .clientBuilder()
                        .proxySocketFactory(factory)
                        .build()
                        .associate()) {
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> socket.receive(ByteBuffer.allocate(1))).isInstanceOf(SocketTimeoutException.class);
            assertThat(socket.isClosed()).isFalse();
        }
    }

    @Test
    void theEndOfTheAssociationIsLoud() throws Exception {
        try (ScriptedRelay relay = new ScriptedRelay();
                Socks5DatagramSocket socket = relay.associate()) {
            Blocked first = Blocked.in(() -> socket.receive(new DatagramPacket(new byte[1], 1)));
            Blocked second = Blocked.in(() -> socket.receive(ByteBuffer.allocate(1)));
            relay.control().send("00 00"); // Is of no interest.
            relay.control().socket().close();
            String ended = "the proxy 127.0.0.1:%d has ended the association"
                    .formatted(relay.proxy().address().getPort());
            assertThat(first.failure()).isInstanceOf(SocketException.class).hasMessage(ended);
            assertThat(second.failure()).isInstanceOf(SocketException.class).hasMessage(ended);
            assertThat(socket.isClosed()).isTrue();
            assertThatThrownBy(() -> socket.send(DESTINATION, new byte[0], 0, 0))
                    .isInstanceOf(SocketException.class)
                    .hasMessage(ended);
            assertThatThrownBy(() -> socket.setSoTimeout(1))
                    .isInstanceOf(SocketException.class)
                    .hasMessage(ended);
            assertThatThrownBy(socket::getSoTimeout)
                    .isInstanceOf(SocketException.class)
                    .hasMessage(ended);
        }
    }

    @Test
    void aResetIsAnEndAsWell() throws Exception {
        try (ScriptedRelay relay = new ScriptedRelay();
                Socks5DatagramSocket socket = relay.associate()) {
            relay.control().reset();
            assertThatThrownBy(() -> socket.receive(ByteBuffer.allocate(1)))
                    .hasMessageContaining("has ended the association");
        }
    }

    @Test
    void closeEndsAReceiveAndTheAssociation() throws Exception {
        try (ScriptedRelay relay = new ScriptedRelay()) {
            Socks5DatagramSocket socket = relay.associate();
            Blocked receive = Blocked.in(() -> socket.receive(ByteBuffer.allocate(1)));
            socket.close();
            assertThat(receive.failure())
                    .isInstanceOf(SocketException.class)
                    .message()
                    .doesNotContain("association");
            assertThat(receive.wasInterrupted()).isFalse();
            relay.proxy().received();
            assertThatThrownBy(() -> socket.send(DESTINATION, new byte[0], 0, 0))
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void throughTwoProxiesThereAreTwoHeaders() throws Exception {
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        try (TwoProxies proxies = new TwoProxies("01 c0 00 02 09 00 63", asked);
                Socks5DatagramSocket socket = proxies.associate()) {
            assertThat(asked.poll(10, TimeUnit.SECONDS))
                    .isEqualTo("05 01 00 03 0c 6c 61 73 74 2e 65 78 61 6d 70 6c 65 04 38");
            assertThat(asked.poll(10, TimeUnit.SECONDS)).isEqualTo("05 03 00 01 00 00 00 00 00 00");
            socket.setSoTimeout(10_000);
            socket.send(DESTINATION, new byte[] {0x2a}, 0, 1);
            String nested = header("192.0.2.9", 99) + " " + HEADER;
            assertThat(proxies.first().receive()).isEqualTo(nested + " 2a");
            assertThat(socket.greatestPayload(DESTINATION)).isEqualTo(65_507 - 20);

            // What the first relay hears from elsewhere has not come through the second.
            proxies.first().send(addressOf(socket), header("192.0.2.9", 98) + " " + HEADER + " 66");
            proxies.first().send(addressOf(socket), header("192.0.2.8", 99) + " " + HEADER + " 67");
            proxies.first().send(addressOf(socket), header("192.0.2.9", 99) + " 68");
            proxies.first().send(addressOf(socket), nested + " 2b");
            ByteBuffer data = ByteBuffer.allocate(10);
            assertThat(socket.receive(data)).isEqualTo(DESTINATION);
            assertThat(data.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {0x2b}));
        }
    }

    @Test
    void aWildcardOfASecondProxyIsItsAddressAsTheFirstKnowsIt() throws Exception {
        try (TwoProxies proxies = new TwoProxies("01 00 00 00 00 00 63", new LinkedBlockingQueue<>());
                Socks5DatagramSocket socket = proxies.associate()) {
            socket.send(DESTINATION, new byte[0], 0, 0);
            assertThat(proxies.first().receive()).isEqualTo(header("last.example", 99) + " " + HEADER);
            proxies.first().send(addressOf(socket), header("192.0.2.9", 99) + " " + HEADER + " 2b");
            assertThat(socket.receive(ByteBuffer.allocate(1))).isEqualTo(DESTINATION);
        }
    }

    @Test
    void theEndOfTheSecondAssociationNamesTheProxy() throws Exception {
        try (TwoProxies proxies = new TwoProxies("01 c0 00 02 09 00 63", new LinkedBlockingQueue<>());
                Socks5DatagramSocket socket = proxies.associate()) {
            proxies.endSecond();
            assertThatThrownBy(() -> socket.receive(ByteBuffer.allocate(1)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("the proxy last.example:1080 has ended the association");
            proxies.first().proxy().received(); // The first one has been closed, too.
        }
    }

    @Test
    void aSecondProxyThatCannotRelayIsNamed() throws Exception {
        try (ScriptedRelay first = new ScriptedRelay();
                ScriptedProxy second = ScriptedProxy.tunnel(client -> {
                    client.greet(NO_AUTHENTICATION);
                    client.readRequest();
                    client.send("05 07 00 01 00 00 00 00 00 00");
                    client.awaitEnd();
                })) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> TwoProxies.client(first, second).associate())
                    .withMessageStartingWith("no association with the proxy last.example:1080 through 127.0.0.1:")
                    .withCauseExactlyInstanceOf(RequestRejectedException.class);
            first.proxy().received();
            second.received();
        }
    }

    @Test
    void aFirstProxyThatCannotRelayIsNamed() throws Exception {
        try (ScriptedProxy first = refusing(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client last =
                    Socks5Client.builder().proxy("last.example", 1080).build();
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> last.through(first.client()).associate())
                    .withMessageStartingWith("no association with the proxy 127.0.0.1:")
                    .withCauseExactlyInstanceOf(RequestRejectedException.class);
            first.received();
        }
    }

    /** The first proxy's two connections: the one for its own association, and the one that leads to the second. */
    private static final class TwoProxies implements AutoCloseable {
        private final ScriptedRelay first = new ScriptedRelay();
        private final CompletableFuture<ScriptedProxy.Client> control = new CompletableFuture<>();
        private final ScriptedProxy second;

        private TwoProxies(String secondRelay, BlockingQueue<String> asked) throws IOException {
            second = new ScriptedProxy(client -> {
                client.greet(NO_AUTHENTICATION);
                asked.add(client.readRequest());
                client.send(ScriptedProxy.SUCCESS);
                client.greet(NO_AUTHENTICATION);
                asked.add(client.readRequest());
                client.send("05 00 00 " + secondRelay);
                control.complete(client);
                client.awaitEnd();
            });
        }

        static Socks5Client client(ScriptedRelay first, ScriptedProxy second) {
            BlockingQueue<InetSocketAddress> inOrder =
                    new LinkedBlockingQueue<>(List.of(first.proxy().address(), second.address()));
            Socks5Client nearer = first.proxy()
                    .clientBuilder()
                    .proxySocketFactory(new PlainFactory(new LinkedBlockingQueue<>(), inOrder))
                    .build();
            return Socks5Client.builder().proxy("last.example", 1080).build().through(nearer);
        }

        Socks5DatagramSocket associate() throws IOException {
            return client(first, second).associate();
        }

        ScriptedRelay first() {
            return first;
        }

        void endSecond() throws Exception {
            control.get(10, TimeUnit.SECONDS).socket().close();
        }

        @Override
        public void close() throws IOException {
            first.close();
            second.close();
        }
    }
}
