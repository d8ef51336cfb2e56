package dev.socks5.client;

import static dev.socks5.client.ScriptedProxy.LOGIN_ACCEPTED;
import static dev.socks5.client.ScriptedProxy.LOGIN_SELECTED;
import static dev.socks5.client.ScriptedProxy.NO_AUTHENTICATION;
import static dev.socks5.client.ScriptedProxy.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tunnels that open without a thread waiting for them. */
@Timeout(30)
class ConnectAsyncTest {

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
    private static final String REQUEST = "05 01 00 03 07 61 2e 62 2e 63 2e 64 00 50";
    private static final Endpoint DESTINATION = Endpoint.of("a.b.c.d", 80);

    private static SocketChannel opened(CompletableFuture<SocketChannel> future) throws Exception {
        return future.get(15, TimeUnit.SECONDS);
    }

    private static byte[] all(SocketChannel channel) throws Exception {
        channel.configureBlocking(true);
        try (InputStream in = channel.socket().getInputStream()) {
            return in.readAllBytes();
        }
    }

    @Test
    void givesAChannelThatIsTheCallersAlone() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::echo);
                SocketChannel channel = opened(proxy.client().connectAsync("a.b.c.d", 80))) {
            assertThat(channel.isBlocking()).isFalse();
            assertThat(channel.isRegistered()).isFalse();
            assertThat(channel.getRemoteAddress()).isEqualTo(proxy.address());
            channel.configureBlocking(true);
            channel.socket().getOutputStream().write(42);
            channel.shutdownOutput();
            assertThat(all(channel)).containsExactly(42);
            assertThat(proxy.received()).isEqualTo("05 01 00 " + REQUEST);
        }
    }

    @Test
    void sendsTheLoginIfTheProxySelectsIt() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(LOGIN_SELECTED);
            client.expect("01 02 c3 bc 01 70");
            client.send(LOGIN_ACCEPTED);
            client.readRequest();
            client.send(SUCCESS);
            client.awaitEnd();
        })) {
            Socks5Client client =
                    proxy.clientBuilder().credentials("\u00fc", "p").build();
            opened(client.connectAsync(DESTINATION)).close();
            assertThat(proxy.received()).isEqualTo("05 02 00 02 01 02 c3 bc 01 70 " + REQUEST);
        }
    }

    @Test
    void takesAnswersOneOctetAtATime() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.read(4);
            client.sendOneByOne(LOGIN_SELECTED);
            client.readLogin();
            client.sendOneByOne(LOGIN_ACCEPTED);
            client.readRequest();
            client.sendOneByOne("05 00 7f 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 00 50 68 69");
        })) {
            Socks5Client client = proxy.clientBuilder().credentials("", "").build();
            assertThat(HEX.formatHex(all(opened(client.connectAsync(DESTINATION)))))
                    .isEqualTo("68 69");
        }
    }

    @Test
    void leavesWhatComesWithTheReplyToTheCaller() throws Exception {
        String reply = "05 00 00 03 04 6e 61 6d 65 04 38";
        String tunnel = "05 00 00 01 00 00 00 00 00 00";
        byte[] all = HEX.parseHex(reply + ' ' + tunnel);
        for (int split = 0; split <= all.length; split++) {
            int at = split;
            try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                client.greet(NO_AUTHENTICATION);
                client.readRequest();
                client.socket().getOutputStream().write(all, 0, at);
                client.socket().getOutputStream().write(all, at, all.length - at);
            })) {
                assertThat(HEX.formatHex(all(opened(proxy.client().connectAsync(DESTINATION)))))
                        .isEqualTo(tunnel);
            }
        }
    }

    @Test
    void goesThroughAChain() throws Exception {
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(LOGIN_SELECTED);
            asked.add(client.readLogin());
            client.send(LOGIN_ACCEPTED);
            asked.add(client.readRequest());
            client.send(SUCCESS + " 05"); // and the beginning of the second proxy's answer, ahead of time
            client.read(4);
            client.send("02");
            asked.add(client.readLogin());
            client.send(LOGIN_ACCEPTED);
            asked.add(client.readRequest());
            client.send(SUCCESS + " 2a");
        })) {
            Socks5Client second = Socks5Client.builder()
                    .proxy("b.c", 1081)
                    .credentials("2", "2")
                    .build();
            Socks5Client chain =
                    second.through(proxy.clientBuilder().credentials("1", "1").build());
            assertThat(all(opened(chain.connectAsync(DESTINATION)))).containsExactly(0x2a);
            proxy.received();
        }
        assertThat(asked).containsExactly("01 01 31 01 31", "05 01 00 03 03 62 2e 63 04 39", "01 01 32 01 32", REQUEST);
    }

    @Test
    void looksUpWhatItWasToldTo() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = Socks5Client.builder()
                    .proxy("localhost", proxy.address().getPort())
                    .lookUpNamesHere()
                    .build();
            opened(client.connectAsync("localhost", 80)).close();
            assertThat(proxy.received()).matches("05 01 00 05 01 00 0[14] .*");
        }
    }

    @Test
    void goesDirectWhereThatIsTheRoute() throws Exception {
        try (ServerSocket origin = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                ScriptedProxy proxy = new ScriptedProxy(client -> {})) {
            Socks5Client client = proxy.clientBuilder().direct(any -> true).build();
            for (String host : List.of("127.0.0.1", "localhost")) {
                try (SocketChannel channel = opened(client.connectAsync(host, origin.getLocalPort()))) {
                    assertThat(channel.getRemoteAddress()).isEqualTo(origin.getLocalSocketAddress());
                    assertThat(channel.isRegistered()).isFalse();
                }
            }
            assertThat(proxy.isUntouched()).isTrue();
        }
    }

    @Test
    void throwsTheCallersOwnMistakesAtOnce() {
        Socks5ClientBuilder builder = Socks5Client.builder().proxy("127.0.0.1", 1);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.build().connectAsync("", 80));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.build().openChannel("", 80));
        Socks5Client withFactory =
                builder.proxySocketFactory(SocketFactory.getDefault()).build();
        assertThatThrownBy(() -> withFactory.connectAsync(DESTINATION))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void runsNobodysCodeOnTheThreadThatServesAll() throws Exception {
        CountDownLatch dependent = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            dependent.await();
            client.acceptTunnel();
        })) {
            CompletableFuture<String> thread = proxy.client()
                    .connectAsync(DESTINATION)
                    .thenApply(channel -> Thread.currentThread().getName());
            dependent.countDown();
            assertThat(thread.get(15, TimeUnit.SECONDS)).startsWith("socks5-completion-");
        }
    }
}
