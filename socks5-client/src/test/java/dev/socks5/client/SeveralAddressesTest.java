package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.socks5.client.internal.dial.Resolver;
import dev.socks5.codec.Endpoint;
import dev.socks5.testing.Ports;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Names with several addresses: some refuse, some are silent, one listens. */
@Timeout(60)
class SeveralAddressesTest {

    private static final String NAME = "several.example";
    private static final String REFUSING = "127.0.0.2";
    private static final String SILENT = "127.0.0.3";
    private static final String LISTENING = "127.0.0.1"; // the ScriptedProxy's

    /** The ways of connecting. */
    enum Way {
        SOCKET {
            @Override
            void connect(Socks5Client client, Endpoint destination) throws Exception {
                client.connect(destination).close();
            }
        },
        CHANNEL {
            @Override
            void connect(Socks5Client client, Endpoint destination) throws Exception {
                try (SocketChannel channel = client.openChannel(destination)) {
                    assertThat(channel.isBlocking()).isTrue();
                }
            }
        },
        FUTURE {
            @Override
            void connect(Socks5Client client, Endpoint destination) throws Exception {
                CompletableFuture<SocketChannel> future = client.connectAsync(destination);
                Throwable failure = catchThrowable(() -> future.get(30, TimeUnit.SECONDS));
                if (failure != null) {
                    throw (Exception) Objects.requireNonNull(failure.getCause());
                }
                future.get().close();
            }
        };

        abstract void connect(Socks5Client client, Endpoint destination) throws Exception;
    }

    private static Resolver resolver(String... addresses) {
        return name -> {
            if (!name.equals(NAME)) {
                throw new UnknownHostException(name);
            }
            return Stream.of(addresses).map(SeveralAddressesTest::address).toList();
        };
    }

    private static InetAddress address(String numeric) {
        try {
            return InetAddress.getByAddress(NAME, InetAddress.getByName(numeric).getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Socks5ClientBuilder client(int port, String... addresses) {
        return Socks5Client.builder()
                .proxy(NAME, port)
                .connectTimeout(Duration.ofSeconds(20))
                .resolver(resolver(addresses));
    }

    /** A port that systems give out by themselves may be somebody else's on another address. */
    private static ScriptedProxy tunnel() throws IOException {
        return new ScriptedProxy(Ports.free(), ScriptedProxy.tunnelling(ScriptedProxy.Client::awaitEnd));
    }

    @ParameterizedTest
    @EnumSource
    void reachesTheProxyByTheAddressThatListens(Way way) throws Exception {
        try (ScriptedProxy proxy = tunnel();
                DeafProxy silent = new DeafProxy(SILENT, proxy.address().getPort())) {
            int before = descriptors(way);
            way.connect(
                    client(silent.address().getPort(), REFUSING, SILENT, LISTENING)
                            .build(),
                    Failures.DESTINATION);
            proxy.received();
            Eventually.isTrue("all closed", () -> Eventually.descriptors() <= before);
        }
    }

    /** After everything is loaded and open that stays. */
    private static int descriptors(Way way) throws Exception {
        try (ScriptedProxy proxy = tunnel()) {
            way.connect(client(proxy.address().getPort(), REFUSING, LISTENING).build(), Failures.DESTINATION);
            proxy.received();
        }
        return Eventually.descriptors();
    }

    @ParameterizedTest
    @EnumSource
    void reachesADirectDestinationByTheAddressThatListens(Way way) throws Exception {
        try (ServerSocket origin = new ServerSocket(Ports.free(), 50, address(LISTENING));
                DeafProxy silent = new DeafProxy(SILENT, origin.getLocalPort())) {
            Socks5Client client =
                    client(1, SILENT, REFUSING, LISTENING).direct(all -> true).build();
            way.connect(client, Endpoint.of(NAME, origin.getLocalPort()));
            origin.accept().close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatEachAddressOfTheProxyHasAnswered(Way way) throws Exception {
        int port = Ports.free();
        Throwable failure = failure(way, client(port, REFUSING, LISTENING).build(), Failures.DESTINATION);
        assertThat(failure)
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("cannot reach the proxy %s:%d (%s: Connection refused; %s: Connection refused)"
                        .formatted(NAME, port, REFUSING, LISTENING));
        assertThat(failure.getSuppressed()).hasSize(2).hasOnlyElementsOfType(ConnectException.class);
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatEachAddressOfADirectDestinationHasAnswered(Way way) throws Exception {
        int port = Ports.free();
        Socks5Client client = client(1, REFUSING, LISTENING).direct(all -> true).build();
        assertThat(failure(way, client, Endpoint.of(NAME, port)))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("cannot reach %s:%d (%s: Connection refused; %s: Connection refused)"
                        .formatted(NAME, port, REFUSING, LISTENING));
    }

    @ParameterizedTest
    @EnumSource
    void givesUpInTime(Way way) throws Exception {
        try (DeafProxy silent = new DeafProxy(SILENT, Ports.free())) {
            int before = descriptors(way);
            int port = silent.address().getPort();
            Duration limit = Duration.ofMillis(400);
            Throwable failure = failure(
                    way, client(port, SILENT, REFUSING).connectTimeout(limit).build(), Failures.DESTINATION);
            String outcomes = "%s:%d (%s: no answer; %s: Connection refused)".formatted(NAME, port, SILENT, REFUSING);
            assertThat(failure)
                    .isExactlyInstanceOf(SocketTimeoutException.class)
                    .hasMessage(
                            "no tunnel to example.com:80 through the proxy %s:%d within 400 ms, dialling the proxy %s"
                                    .formatted(NAME, port, outcomes));
            assertThat(Objects.requireNonNull(failure.getCause()).getSuppressed())
                    .hasSize(2);
            Socks5Client direct = client(1, SILENT, REFUSING)
                    .direct(all -> true)
                    .connectTimeout(limit)
                    .build();
            assertThat(failure(way, direct, Endpoint.of(NAME, port)))
                    .isExactlyInstanceOf(SocketTimeoutException.class)
                    .hasMessage("dialling " + outcomes);
            Eventually.isTrue("all closed", () -> Eventually.descriptors() <= before);
        }
    }

    private static Throwable failure(Way way, Socks5Client client, Endpoint destination) {
        return Objects.requireNonNull(catchThrowable(() -> way.connect(client, destination)));
    }

    @Test
    void interruptAndCloseLeaveNothingOpen() throws Exception {
        try (DeafProxy silent = new DeafProxy(SILENT, Ports.free());
                DeafProxy other = new DeafProxy("127.0.0.4", silent.address().getPort())) {
            int before = descriptors(Way.SOCKET);
            int port = other.address().getPort();
            for (boolean interrupts : List.of(true, false)) {
                Socket socket = client(port, REFUSING, SILENT, "127.0.0.4")
                        .build()
                        .socketFactory()
                        .createSocket();
                Blocked caller =
                        Blocked.in(() -> socket.connect(InetSocketAddress.createUnresolved("example.com", 80)));
                Eventually.isTrue("both under way", () -> Eventually.dialling(port) == 2);
                assertThat(socket.isClosed()).isFalse();
                if (interrupts) {
                    caller.interrupt();
                } else {
                    socket.close();
                }
                assertThat(caller.failure())
                        .isInstanceOf(interrupts ? ClosedByInterruptException.class : java.net.SocketException.class);
                assertThat(caller.wasInterrupted()).isEqualTo(interrupts);
                assertThat(socket.isClosed()).isTrue();
                Eventually.isTrue("all closed", () -> Eventually.descriptors() <= before);
            }
        }
    }

    @Test
    void cancellingLeavesNothingOpen() throws Exception {
        try (DeafProxy silent = new DeafProxy(SILENT, Ports.free());
                DeafProxy other = new DeafProxy("127.0.0.4", silent.address().getPort())) {
            int before = descriptors(Way.FUTURE);
            int port = other.address().getPort();
            CompletableFuture<SocketChannel> future =
                    client(port, REFUSING, SILENT, "127.0.0.4").build().connectAsync(Failures.DESTINATION);
            Eventually.isTrue("both under way", () -> Eventually.dialling(port) == 2);
            future.cancel(true);
            Eventually.isTrue("all closed", () -> Eventually.descriptors() <= before);
        }
    }

    /** It may not be the one that they were set on. */
    @Test
    void theSocketThatWinsHasTheOptionsOfTheFirst() throws Exception {
        try (ScriptedProxy proxy = tunnel()) {
            Socks5Client client =
                    client(proxy.address().getPort(), REFUSING, LISTENING).build();
            try (Socket socket = client.socketFactory().createSocket()) {
                socket.setTcpNoDelay(true);
                socket.setSoLinger(true, 7);
                socket.setSoTimeout(1234);
                socket.setOption(StandardSocketOptions.SO_RCVBUF, 20_000);
                int receiveBuffer = socket.getReceiveBufferSize();
                socket.connect(InetSocketAddress.createUnresolved("example.com", 80));
                assertThat(socket.getTcpNoDelay()).isTrue();
                assertThat(socket.getSoLinger()).isEqualTo(7);
                assertThat(socket.getSoTimeout()).isEqualTo(1234);
                assertThat(socket.getReceiveBufferSize()).isEqualTo(receiveBuffer);
            }
            proxy.received();
        }
    }

    @Test
    void aBoundSocketKeepsItsPort() throws Exception {
        try (ScriptedProxy proxy = tunnel()) {
            Socks5Client client =
                    client(proxy.address().getPort(), REFUSING, LISTENING).build();
            try (Socket socket = client.socketFactory().createSocket()) {
                socket.bind(new InetSocketAddress("127.0.0.1", 0));
                int port = socket.getLocalPort();
                socket.connect(InetSocketAddress.createUnresolved("example.com", 80));
                assertThat(socket.getLocalPort()).isEqualTo(port);
            }
            proxy.received();
        }
    }

    @Test
    void socketsOfAFactoryTryOneAddressAfterTheOther() throws Exception {
        ArrayDeque<Socket> made = new ArrayDeque<>();
        try (ScriptedProxy proxy = tunnel();
                DeafProxy silent = new DeafProxy(SILENT, proxy.address().getPort())) {
            Socks5Client client = client(silent.address().getPort(), REFUSING, SILENT, LISTENING)
                    .proxySocketFactory(new PlainFactory(made, new ArrayDeque<>()))
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
            try (Socket socket = client.connect("example.com", 80)) {
                assertThat(socket.isClosed()).isFalse();
                assertThat(made).extracting(Socket::isClosed).containsExactly(true, true, false);
            }
            proxy.received();
        }
        int port = Ports.free();
        Socks5Client client = client(port, REFUSING, LISTENING)
                .proxySocketFactory(new PlainFactory(made, new ArrayDeque<>()))
                .build();
        assertThatThrownBy(() -> client.connect("example.com", 80))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessageContaining("127.0.0.2: Connection refused");
        assertThat(made).allMatch(Socket::isClosed);
    }

    @Test
    void bindAndAssociateReachTheProxyToo() throws Exception {
        try (ScriptedProxy proxy = tunnel()) {
            client(proxy.address().getPort(), REFUSING, LISTENING)
                    .build()
                    .bind()
                    .close();
            assertThat(proxy.received()).startsWith("05 01 00 05 02");
        }
        try (ScriptedProxy proxy = tunnel()) {
            client(proxy.address().getPort(), REFUSING, LISTENING)
                    .relayAtProxyAddress()
                    .build()
                    .associate()
                    .close();
            assertThat(proxy.received()).startsWith("05 01 00 05 03");
        }
    }
}
