package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.testing.GssapiPeer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The first bytes of a tunnel, which do not wait for the reply. */
@Timeout(60)
class FirstBytesTest {

    private static final Endpoint DESTINATION = Endpoint.of("a.b", 80);
    private static final String REQUEST = "05 01 00 03 03 61 2e 62 00 50";

    private final ByteBuffer hello = ByteBuffer.wrap(new byte[] {0, 'h', 'e', 'y', 0}, 1, 3);

    enum Way {
        SOCKET {
            @Override
            Closeable go(Socks5Client client, Endpoint destination, ByteBuffer bytes) throws Exception {
                return client.connect(destination, bytes);
            }
        },
        CHANNEL {
            @Override
            Closeable go(Socks5Client client, Endpoint destination, ByteBuffer bytes) throws Exception {
                return client.openChannel(destination, bytes);
            }
        },
        ASYNC {
            @Override
            Closeable go(Socks5Client client, Endpoint destination, ByteBuffer bytes) throws Exception {
                return client.connectAsync(destination, bytes).get(15, TimeUnit.SECONDS);
            }
        };

        abstract Closeable go(Socks5Client client, Endpoint destination, ByteBuffer bytes) throws Exception;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void goRightBehindTheRequest(Way way) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.expect(REQUEST + " 68 65 79");
            client.send(ScriptedProxy.SUCCESS);
            client.awaitEnd();
        })) {
            way.go(proxy.client(), DESTINATION, hello).close();
            assertThat(hello.position()).isEqualTo(1);
            assertThat(proxy.received()).endsWith("68 65 79");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void goInTheSameFlightIfTheRestIsSentAhead(Way way) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 00 " + REQUEST + " 68 65 79");
            client.send(ScriptedProxy.NO_AUTHENTICATION + " " + ScriptedProxy.SUCCESS);
            client.awaitEnd();
        })) {
            way.go(proxy.clientBuilder().sendAhead().build(), DESTINATION, hello)
                    .close();
            assertThat(proxy.received()).endsWith("68 65 79");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void goToADestinationThatNeedsNoProxy(Way way) throws Exception {
        try (ServerSocket origin = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Socks5Client client = Socks5Client.builder()
                    .proxy("192.0.2.1", 1080)
                    .direct(destination -> true)
                    .build();
            Endpoint destination = Endpoint.of("127.0.0.1", origin.getLocalPort());
            try (Closeable opened = way.go(client, destination, hello);
                    Socket accepted = origin.accept()) {
                assertThat(opened).isNotNull();
                assertThat(accepted.getInputStream().readNBytes(3)).asString().isEqualTo("hey");
            }
        }
    }

    @Test
    void areLostIfTheProxyRefusesAndTheCallerIsTold() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.expect(REQUEST + " 68 65 79");
            client.send("05 05 00 01 00 00 00 00 00 00");
            client.awaitEnd();
        })) {
            assertThatThrownBy(() -> proxy.client().connect(DESTINATION, hello))
                    .isInstanceOf(RequestRejectedException.class);
            assertThat(hello.remaining()).isEqualTo(3);
            proxy.received();
        }
    }

    @Test
    void goAgainWhereAnotherAddressIsTried() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<List<String>> asked =
                    CompletableFuture.supplyAsync(() -> List.of(answer(proxy, 5), answer(proxy, 0)));
            Socks5Client client = Socks5Client.builder()
                    .proxy((InetSocketAddress) proxy.getLocalSocketAddress())
                    .lookUpNamesHere()
                    .resolver(name -> List.of(InetAddress.getByName("192.0.2.1"), InetAddress.getByName("192.0.2.2")))
                    .build();
            client.connect(DESTINATION, hello).close();
            assertThat(asked.get(15, TimeUnit.SECONDS))
                    .containsExactly("05010001c00002010050686579", "05010001c00002020050686579");
        }
    }

    /** Takes a connection, and says what it asks for and sends behind that. */
    private static String answer(ServerSocket proxy, int code) {
        try (Socket client = proxy.accept()) {
            client.getInputStream().readNBytes(3);
            client.getOutputStream().write(new byte[] {5, 0});
            String asked = HexFormat.of().formatHex(client.getInputStream().readNBytes(13));
            client.getOutputStream().write(new byte[] {5, (byte) code, 0, 1, 0, 0, 0, 0, 0, 0});
            client.getInputStream().readAllBytes();
            return asked;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void areProtectedIfTheRequestIs() throws Exception {
        GssapiUser user = new GssapiUser(ProtectionLevel.CONFIDENTIALITY);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer peer = GssapiPeer.of(client).negotiate(ProtectionLevel.CONFIDENTIALITY);
            peer.request();
            assertThat(peer.input().readNBytes(3)).asString().isEqualTo("hey");
            peer.reply(GssapiPeer.BOUND);
            client.awaitEnd();
        })) {
            proxy.clientBuilder()
                    .gssapi(user)
                    .sendLoginAhead()
                    .build()
                    .connect(DESTINATION, hello)
                    .close();
            assertThat(proxy.received()).doesNotContain("68 65 79");
        }
    }

    @Test
    void areLimited() throws IOException {
        Socks5Client client = Socks5Client.builder().proxy("192.0.2.1", 1080).build();
        ByteBuffer tooMany = ByteBuffer.allocate(ProxyChain.MAX_EARLY_DATA + 1);
        for (Way way : Way.values()) {
            assertThatThrownBy(() -> way.go(client, DESTINATION, tooMany)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void asManyAsCanBeAreWrittenWithoutWaiting() throws Exception {
        ByteBuffer many = ByteBuffer.allocate(ProxyChain.MAX_EARLY_DATA);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send(ScriptedProxy.SUCCESS);
            client.read(ProxyChain.MAX_EARLY_DATA);
            client.awaitEnd();
        })) {
            proxy.client().connect(DESTINATION, many).close();
            proxy.received();
        }
    }
}
