package dev.socks5.client;

import static dev.socks5.codec.ProtectionLevel.CONFIDENTIALITY;
import static dev.socks5.codec.ProtectionLevel.INTEGRITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Protection;
import dev.socks5.codec.UdpHeader;
import dev.socks5.testing.GssapiPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Datagrams, under the protection of the connections by which their associations were asked for. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // An interrupt ends no receive.
class GssapiDatagramTest {

    private static final Endpoint SOURCE = Endpoint.of("192.0.2.53", 53);
    private static final Endpoint SECOND = Endpoint.of("192.0.2.2", 1082);
    private static final Endpoint SECOND_RELAY = Endpoint.of("192.0.2.2", 9999);
    private static final byte[] DATA = {1, 2, 3};

    private final GssapiUser user = new GssapiUser(CONFIDENTIALITY);
    private final DatagramSocket relay = new DatagramSocket(0, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));

    GssapiDatagramTest() throws IOException {
        relay.setSoTimeout(15_000);
    }

    @AfterEach
    void close() {
        relay.close();
    }

    private Endpoint relayAddress() {
        return Endpoint.of("127.0.0.1", relay.getLocalPort());
    }

    /** A connection that an association lasts as long as. */
    private record Control(GssapiPeer peer, ScriptedProxy.Client client) {}

    private ScriptedProxy proxy(CompletableFuture<Control> control) throws IOException {
        return new ScriptedProxy(client -> {
            GssapiPeer peer = GssapiPeer.of(client).negotiate(INTEGRITY);
            peer.request();
            peer.reply(relayAddress());
            control.complete(new Control(peer, client));
            client.awaitEnd();
        });
    }

    private static byte[] datagram(Endpoint address, byte... data) {
        ByteBuffer header = UdpHeader.of(address).encode();
        return GssapiPeer.array(ByteBuffer.allocate(header.remaining() + data.length)
                .put(header)
                .put(data)
                .flip());
    }

    private static byte[] wrapped(Protection protection, byte... datagram) throws IOException {
        return GssapiPeer.array(protection.wrapDatagram(ByteBuffer.wrap(datagram)));
    }

    private void send(DatagramSocket to, byte... datagram) throws IOException {
        relay.send(new DatagramPacket(datagram, datagram.length, ScriptedRelay.addressOf(to)));
    }

    private byte[] receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[0xFFFF], 0xFFFF);
        relay.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static byte[] data(Socks5DatagramSocket socket) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(70_000);
        socket.receive(into);
        return GssapiPeer.array(into.flip());
    }

    private static byte[] unwrapped(Protection protection, byte[] datagram) throws IOException {
        return GssapiPeer.array(protection.unwrapDatagram(ByteBuffer.wrap(datagram)));
    }

    @Test
    void datagramsAreProtectedBothWays() throws Exception {
        CompletableFuture<Control> control = new CompletableFuture<>();
        try (ScriptedProxy proxy = proxy(control);
                Socks5DatagramSocket socket =
                        proxy.clientBuilder().gssapi(user).build().associate()) {
            Protection protection = control.get(15, TimeUnit.SECONDS).peer().protection();
            assertThat(user.commands()).containsExactly(Command.UDP_ASSOCIATE);
            socket.send(SOURCE, DATA, 1, 2);
            assertThat(unwrapped(protection, receive())).isEqualTo(datagram(SOURCE, (byte) 2, (byte) 3));
            socket.send(new DatagramPacket(DATA, 3, SOURCE.toInetSocketAddress()));
            assertThat(unwrapped(protection, receive())).isEqualTo(datagram(SOURCE, DATA));
            byte[] much = Arrays.copyOf(DATA, 1000);
            send(socket, wrapped(protection, datagram(SOURCE, much)));
            DatagramPacket packet = new DatagramPacket(new byte[2], 2);
            socket.receive(packet); // A small packet gets what it has room for, of what has to be whole to be verified.
            assertThat(packet.getData()).isEqualTo(new byte[] {1, 2});
            assertThat(packet.getSocketAddress()).isEqualTo(SOURCE.toInetSocketAddress());
            user.assertOpen(1);
            socket.close();
            user.assertClosed(1);
            proxy.received();
        }
    }

    @Test
    void whatTheProxyHasNotProtectedIsDropped() throws Exception {
        CompletableFuture<Control> control = new CompletableFuture<>();
        try (ScriptedProxy proxy = proxy(control);
                Socks5DatagramSocket socket =
                        proxy.clientBuilder().gssapi(user).build().associate()) {
            Protection protection = control.get(15, TimeUnit.SECONDS).peer().protection();
            byte[] first = wrapped(protection, datagram(SOURCE, (byte) 'a'));
            send(socket, first);
            send(socket, first); // replayed
            send(socket, datagram(SOURCE, (byte) 'b')); // in clear
            byte[] changed = wrapped(protection, datagram(SOURCE, (byte) 'c'));
            changed[changed.length - 5] ^= 1;
            send(socket, changed);
            byte[] cut = wrapped(protection, datagram(SOURCE, (byte) 'd'));
            send(socket, Arrays.copyOf(cut, cut.length - 1));
            send(socket, Arrays.copyOf(cut, cut.length + 1));
            send(socket, (byte) 1, (byte) 0xFF);
            send(socket);
            send(socket, wrapped(protection, (byte) 0, (byte) 0));
            byte[] fragment = datagram(SOURCE, (byte) 'e');
            fragment[2] = 1;
            send(socket, wrapped(protection, fragment));
            send(socket, wrapped(protection, datagram(SOURCE, (byte) 'f')));
            assertThat(data(socket)).isEqualTo(new byte[] {'a'});
            assertThat(data(socket)).isEqualTo(new byte[] {'f'});
            socket.setSoTimeout(100);
            assertThatThrownBy(() -> data(socket)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void theGreatestPayloadIsLessByWhatTheProtectionTakes() throws Exception {
        CompletableFuture<Control> control = new CompletableFuture<>();
        try (ScriptedProxy proxy = proxy(control);
                Socks5DatagramSocket socket =
                        proxy.clientBuilder().gssapi(user).build().associate()) {
            Protection protection = control.get(15, TimeUnit.SECONDS).peer().protection();
            int greatest = socket.greatestPayload(SOURCE);
            assertThat(greatest).isEqualTo(65_507 - 4 - 10 - 10); // the message's header, the fake's, and that of UDP
            byte[] data = new byte[greatest];
            Arrays.fill(data, (byte) 9);
            socket.send(SOURCE, data, 0, greatest);
            byte[] received = receive();
            assertThat(received).hasSize(65_507);
            assertThat(unwrapped(protection, received)).isEqualTo(datagram(SOURCE, data));
            assertThatThrownBy(() -> socket.send(SOURCE, new byte[greatest + 1], 0, greatest + 1))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("at most " + greatest);
            send(socket, wrapped(protection, datagram(SOURCE, data)));
            assertThat(data(socket)).isEqualTo(data);
        }
    }

    @Test
    void manyThreadsMaySend() throws Exception {
        CompletableFuture<Control> control = new CompletableFuture<>();
        int threads = 4;
        int each = 50;
        try (ScriptedProxy proxy = proxy(control);
                Socks5DatagramSocket socket =
                        proxy.clientBuilder().gssapi(user).build().associate()) {
            Protection protection = control.get(15, TimeUnit.SECONDS).peer().protection();
            relay.setReceiveBufferSize(1 << 20);
            CompletableFuture<?>[] senders = new CompletableFuture<?>[threads];
            for (int i = 0; i < threads; i++) {
                byte number = (byte) i;
                senders[i] = CompletableFuture.runAsync(() -> {
                    try {
                        for (int n = 0; n < each; n++) {
                            socket.send(SOURCE, new byte[] {number, (byte) n}, 0, 2);
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
            CompletableFuture.allOf(senders).get(20, TimeUnit.SECONDS);
            Set<Integer> numbers = new HashSet<>();
            for (int i = 0; i < threads * each; i++) {
                byte[] datagram = receive();
                numbers.add(ByteBuffer.wrap(datagram).getInt(6)); // the fake's count
            }
            assertThat(numbers).hasSize(threads * each);
            assertThat(protection.level()).isEqualTo(CONFIDENTIALITY);
        }
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true"})
    void protectionsOfAChainNest(boolean firstIs, boolean secondIs) throws Exception {
        GssapiUser two = new GssapiUser("two", INTEGRITY, false);
        CompletableFuture<GssapiPeer> firstPeer = new CompletableFuture<>();
        CompletableFuture<GssapiPeer> secondPeer = new CompletableFuture<>();
        try (SerialProxy proxy = new SerialProxy(
                connection -> {
                    GssapiPeer first = negotiated(connection, firstIs);
                    first.request();
                    first.reply(relayAddress());
                    firstPeer.complete(first);
                },
                connection -> {
                    GssapiPeer first = negotiated(connection, firstIs);
                    assertThat(first.accept().destination()).isEqualTo(SECOND);
                    GssapiPeer second = negotiated(first.behind(), secondIs);
                    second.request();
                    second.reply(SECOND_RELAY);
                    secondPeer.complete(second);
                })) {
            Socks5ClientBuilder one = Socks5Client.builder().proxy(proxy.address());
            Socks5ClientBuilder behind = Socks5Client.builder().proxy(SECOND.toInetSocketAddress());
            Socks5Client chain = (secondIs ? behind.gssapi(two) : behind)
                    .build()
                    .through((firstIs ? one.gssapi(user) : one).build());
            try (Socks5DatagramSocket socket = chain.associate()) {
                Optional<Protection> outer = protection(firstPeer, firstIs);
                Optional<Protection> inner = protection(secondPeer, secondIs);
                int greatest = socket.greatestPayload(SOURCE);
                assertThat(greatest).isEqualTo(65_507 - 20 - (firstIs ? 14 : 0) - (secondIs ? 14 : 0));
                byte[] data = new byte[greatest];
                socket.send(SOURCE, data, 0, greatest);
                byte[] toFirst = taken(outer, receive());
                int header = 10;
                assertThat(Arrays.copyOf(toFirst, header)).isEqualTo(datagram(SECOND_RELAY));
                byte[] toSecond = taken(inner, Arrays.copyOfRange(toFirst, header, toFirst.length));
                assertThat(toSecond).isEqualTo(datagram(SOURCE, data));

                byte[] answer = put(inner, datagram(SOURCE, DATA));
                send(socket, put(outer, datagram(SOURCE, answer))); // not from the relay behind
                send(socket, put(outer, datagram(SECOND_RELAY, answer)));
                send(socket, put(outer, datagram(SECOND_RELAY, answer))); // again
                send(socket, put(outer, datagram(SECOND_RELAY, put(inner, datagram(SOURCE, (byte) 'z')))));
                assertThat(data(socket)).isEqualTo(DATA);
                if (!secondIs) {
                    assertThat(data(socket)).isEqualTo(DATA); // Each of them came under a protection of its own.
                }
                assertThat(data(socket)).isEqualTo(new byte[] {'z'});
            }
            user.assertClosed(firstIs ? 2 : 0);
            two.assertClosed(secondIs ? 1 : 0);
        }
    }

    private static GssapiPeer negotiated(GssapiPeer peer, boolean secure) throws IOException {
        return secure ? peer.negotiate(INTEGRITY) : peer.selectNothing();
    }

    private static Optional<Protection> protection(CompletableFuture<GssapiPeer> peer, boolean secure)
            throws Exception {
        GssapiPeer known = peer.get(15, TimeUnit.SECONDS);
        return secure ? Optional.of(known.protection()) : Optional.empty();
    }

    private static byte[] taken(Optional<Protection> protection, byte[] datagram) throws IOException {
        return protection.isPresent() ? unwrapped(protection.get(), datagram) : datagram;
    }

    private static byte[] put(Optional<Protection> protection, byte[] datagram) throws IOException {
        return protection.isPresent() ? wrapped(protection.get(), datagram) : datagram;
    }

    @Test
    void theEndOfTheAssociationIsNoticedWhateverCameBefore() throws Exception {
        CompletableFuture<Control> control = new CompletableFuture<>();
        try (ScriptedProxy proxy = proxy(control);
                Socks5DatagramSocket socket =
                        proxy.clientBuilder().gssapi(user).build().associate()) {
            Control connection = control.get(15, TimeUnit.SECONDS);
            Protection protection = connection.peer().protection();
            send(socket, wrapped(protection, datagram(SOURCE, (byte) 'a')));
            connection.peer().send(connection.peer().wrapped(DATA)); // of no interest
            assertThat(data(socket)).isEqualTo(new byte[] {'a'});
            connection.peer().send(connection.peer().wrapped(DATA));
            send(socket, wrapped(protection, datagram(SOURCE, (byte) 'b')));
            assertThat(data(socket)).isEqualTo(new byte[] {'b'});
            connection.client().socket().shutdownOutput();
            assertThatThrownBy(() -> data(socket)).hasMessageContaining("has ended the association");
            assertThatThrownBy(() -> socket.send(SOURCE, DATA, 0, 3))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("has ended the association");
            proxy.received();
            Eventually.isTrue("closed", () -> user.isClosed(1));
        }
    }

    @Test
    void aFailureLeavesNoContextOpen() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer peer = GssapiPeer.of(client).negotiate(INTEGRITY);
            peer.request();
            peer.reply(Endpoint.of("relay.test", 1)); // a name, which nobody looks up
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder().gssapi(user).build();
            assertThatThrownBy(client::associate).hasMessageContaining("no address for its relay");
            proxy.received();
            user.assertClosed(1);
        }
    }
}
