package dev.socks5.server.internal.command;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.Protection;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.Request;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Turn;
import dev.socks5.server.ProtectedClient;
import dev.socks5.server.RawClient;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import dev.socks5.server.Upstream;
import dev.socks5.testing.FakeContext;
import dev.socks5.testing.GssapiPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that logs this server in by GSSAPI (RFC 1961), and protects what it sends. */
@Timeout(60)
class UpstreamGssapiTest extends GssapiUpstreams {

    @ParameterizedTest
    @MethodSource("levels")
    void connect(ProtectionLevel level) throws Exception {
        byte[] megabyte = new byte[1 << 20];
        new Random(1).nextBytes(megabyte);
        try (Socks5Server server = through(protecting(level));
                RawClient client = request(server, REQUEST)) {
            GssapiPeer peer = accept().negotiate(ProtectionLevel.NONE);
            assertThat(peer.accept()).isEqualTo(Request.connect(Endpoint.of(NAME, 80)));
            client.expectSuccess();
            client.send(PING);
            assertThat(peer.input().readNBytes(PING.length)).isEqualTo(PING);
            Thread sending = new Thread(() -> {
                try {
                    client.send(megabyte);
                    client.socket().shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            sending.start();
            assertThat(peer.input().readAllBytes()).isEqualTo(megabyte);
            sending.join();
            Thread answering = new Thread(() -> {
                try {
                    peer.output().write(megabyte);
                    upstream.end();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            answering.start();
            assertThat(client.read(megabyte.length)).isEqualTo(megabyte);
            client.expectEnd();
            answering.join();
            assertContextsEnd();
        }
    }

    /** In one message, in two that come at once, and byte by byte. */
    @ParameterizedTest
    @ValueSource(strings = {"one message", "two messages", "byte by byte"})
    void theTunnelsFirstBytesMayComeWithTheReply(String way) throws Exception {
        try (Socks5Server server = through(protecting(ProtectionLevel.CONFIDENTIALITY));
                RawClient client = request(server, REQUEST)) {
            GssapiPeer peer = accept().negotiate(ProtectionLevel.NONE);
            peer.request();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            if (way.equals("two messages")) {
                all.write(peer.wrapped(RawClient.bytes(SUCCESS)));
                all.write(peer.wrapped(RawClient.bytes(HELLO)));
            } else {
                all.write(peer.wrapped(RawClient.bytes(SUCCESS + HELLO)));
            }
            if (way.equals("byte by byte")) {
                for (byte octet : all.toByteArray()) {
                    peer.send(octet);
                }
            } else {
                peer.send(all.toByteArray());
            }
            client.expect(SUCCESS + HELLO);
            peer.output().write('!');
            client.expect("21");
        }
        assertContextsEnd();
    }

    @Test
    void whatTheClientSendsAheadIsProtectedToo() throws Exception {
        try (Socks5Server server = through(protecting(ProtectionLevel.INTEGRITY));
                RawClient client = request(server, REQUEST + "01 02 03")) {
            GssapiPeer peer = accept().open(ProtectionLevel.NONE);
            assertThat(peer.input().readNBytes(3)).containsExactly(1, 2, 3);
            client.expectSuccess();
        }
    }

    @Test
    void theClientsOwnProtectionIsAnotherOne() throws Exception {
        byte[] much = new byte[300_000];
        new Random(2).nextBytes(much);
        try (Socks5Server server = builder(Route.through(protecting(ProtectionLevel.CONFIDENTIALITY)))
                        .gssapi(UpstreamGssapiTest::acceptor)
                        .start();
                ProtectedClient client = ProtectedClient.loggedIn(server, ProtectionLevel.CONFIDENTIALITY)) {
            client.send(RawClient.bytes(REQUEST + "01 02 03"));
            GssapiPeer peer = accept().open(ProtectionLevel.NONE);
            client.expectSuccess();
            assertThat(peer.input().readNBytes(3)).containsExactly(1, 2, 3);
            peer.output().write(much);
            assertThat(client.read(much.length)).isEqualTo(much);
        }
        assertContextsEnd();
    }

    @ParameterizedTest
    @MethodSource("levels")
    void bind(ProtectionLevel level) throws Exception {
        try (Socks5Server server = through(protecting(level));
                RawClient client = request(server, "05 02 00 01 7f 00 00 01 00 00")) {
            GssapiPeer peer = accept().negotiate(ProtectionLevel.NONE);
            assertThat(peer.request().command()).isEqualTo(Command.BIND);
            peer.output().write(RawClient.bytes(SUCCESS));
            client.expect(SUCCESS).send("2e");
            peer.output().write(RawClient.bytes("05 00 00 01 c0 00 02 02 9c 41 21"));
            client.expect("05 00 00 01 c0 00 02 02 9c 41 21");
            assertThat(peer.input().read()).isEqualTo('.');
        }
        assertContextsEnd();
    }

    @ParameterizedTest
    @MethodSource("levels")
    void datagrams(ProtectionLevel level) throws Exception {
        GssapiPeer[] peer = new GssapiPeer[1];
        try (UdpOrigin relay = new UdpOrigin();
                Socks5Server server = through(protecting(level));
                UdpClient client = associate(server, () -> {
                    peer[0] = accept().negotiate(ProtectionLevel.NONE);
                    assertThat(peer[0].request().command()).isEqualTo(Command.UDP_ASSOCIATE);
                    peer[0].reply(Endpoint.of(relay.address()));
                })) {
            boolean bare = level.equals(ProtectionLevel.NONE);
            for (int i = 0; i < 3; i++) {
                client.send(DESTINATION, PING);
                byte[] sent = relay.take();
                assertThat(bare ? sent : unwrapped(peer[0], sent)).isEqualTo(UdpClient.datagram(DESTINATION, PING));
                byte[] answer = UdpClient.datagram(DESTINATION, PONG);
                relay.answer(bare ? answer : wrapped(peer[0], answer));
                assertThat(client.receive(DESTINATION.toInetSocketAddress())).isEqualTo(PONG);
            }
            client.control().close();
            assertThat(upstream.socket().getInputStream().read()).isEqualTo(-1);
        }
        assertContextsEnd();
    }

    @Test
    void datagramsThatAreNotProtectedAreDroppedAndThoseThatBecomeTooLongAreLost() throws Exception {
        GssapiPeer[] peer = new GssapiPeer[1];
        try (UdpOrigin relay = new UdpOrigin();
                Socks5Server server = through(protecting(ProtectionLevel.CONFIDENTIALITY));
                UdpClient client = associate(server, () -> {
                    peer[0] = accept().negotiate(ProtectionLevel.NONE);
                    peer[0].request();
                    peer[0].reply(Endpoint.of(relay.address()));
                })) {
            client.send(DESTINATION, new byte[65_490]); // It fits with a header, and not with a protection.
            client.send(DESTINATION, PING);
            assertThat(unwrapped(peer[0], relay.take())).isEqualTo(UdpClient.datagram(DESTINATION, PING));
            relay.answer(UdpClient.datagram(DESTINATION, PONG));
            byte[] good = wrapped(peer[0], UdpClient.datagram(DESTINATION, PONG));
            byte[] bad = Arrays.copyOf(good, good.length);
            bad[bad.length - 1] ^= 1;
            relay.answer(bad);
            relay.answer(good);
            assertThat(client.receive(DESTINATION.toInetSocketAddress())).isEqualTo(PONG);
            client.expectNothing();
            client.close();
            assertThat(events.ending().datagrams().toString()).contains("up=1", "down=1", "foreign=2", "lost=1");
        }
    }

    /** A private method of one message, the client's, after which everything is protected. */
    private static ClientNegotiation speakingLast(Protection protection) {
        return new PrivateLogin(1, method -> {}) {
            private boolean sent;

            @Override
            public Turn turn() {
                return sent ? Turn.DONE : Turn.SEND;
            }

            @Override
            public ByteBuffer send() {
                sent = true;
                return super.send();
            }

            @Override
            public Optional<Protection> protection() {
                return sent ? Optional.of(protection) : Optional.empty();
            }
        };
    }

    @Test
    void theLastMessageOfAMethodIsNotProtectedYet() throws Exception {
        ClientNegotiation here =
                ClientNegotiation.gssapi(FakeContext.initiator("alice"), ProtectionLevel.CONFIDENTIALITY, false);
        ServerNegotiation there = acceptor();
        while (here.turn() != Turn.DONE) {
            there.receive(here.send());
            here.receive(there.send());
        }
        Upstream hop = upstream.upstream()
                .withMethod((proxy, command, destination) ->
                        speakingLast(here.protection().orElseThrow()));
        try (Socks5Server server = through(hop);
                RawClient client = request(server, REQUEST)) {
            upstream.accept().expect("05 01 80").send("05 80").expect("07 01");
            InputStream in = upstream.socket().getInputStream();
            byte[] head = in.readNBytes(4);
            ByteBuffer message = ByteBuffer.allocate(4 + head[3])
                    .put(head)
                    .put(in.readNBytes(head[3]))
                    .flip();
            Protection protection = there.protection().orElseThrow();
            assertThat(protection.unwrap(message)).contains(ByteBuffer.wrap(RawClient.bytes(REQUEST)));
            upstream.send(RawClient.hex(GssapiPeer.array(protection.wrap(ByteBuffer.wrap(RawClient.bytes(SUCCESS))))));
            client.expect(SUCCESS);
        }
    }

    @Test
    void aLoginThatIsRefused() throws Exception {
        try (Socks5Server server =
                        through(upstream.upstream().withMethod(gssapi("nobody", ProtectionLevel.INTEGRITY)));
                RawClient client = request(server, REQUEST)) {
            GssapiPeer peer = accept();
            assertThat(peer.select()).containsExactly(AuthMethod.GSSAPI);
            peer.next();
            peer.send((byte) 1, (byte) 0xFF);
            assertFails(client, upstream.upstream().endpoint() + ": ");
        }
    }

    @Test
    void lessThanWasAskedForIsRefused() throws Exception {
        try (Socks5Server server = through(protecting(ProtectionLevel.INTEGRITY));
                RawClient client = request(server, REQUEST)) {
            upstream.accept().expect("05 01 01").send("05 01");
            upstream.expect("01 01 00 05 " + RawClient.hex("alice".getBytes(US_ASCII)))
                    .send("01 01 00 02 68 69");
            upstream.socket().getInputStream().read();
            upstream.send("01 02 00 01 01"); // A level that is not protected, though it has to be.
            assertFails(client, upstream.upstream().endpoint() + ": ");
        }
    }

    @Test
    void aReplyThatIsNotProtectedIsAFailure() throws Exception {
        try (Socks5Server server = through(protecting(ProtectionLevel.INTEGRITY));
                RawClient client = request(server, REQUEST)) {
            GssapiPeer peer = accept().negotiate(ProtectionLevel.NONE);
            peer.request();
            peer.send(RawClient.bytes(SUCCESS));
            assertFails(client, upstream.upstream().endpoint() + ": ");
        }
    }

    @Test
    void aReplyOfFailureIsPassedOn() throws Exception {
        try (Socks5Server server = through(protecting(ProtectionLevel.INTEGRITY));
                RawClient client = request(server, REQUEST)) {
            GssapiPeer peer = accept().negotiate(ProtectionLevel.NONE);
            peer.request();
            peer.output().write(RawClient.bytes("05 05 00 01 00 00 00 00 00 00"));
            client.expectFailure(0x05);
        }
        assertContextsEnd();
    }

    @Test
    void aContextThatIsNotSelectedEndsAtOnce() throws Exception {
        Upstream both = new Upstream(Endpoint.of(upstream.address()), PasswordRequest.of("a", "b"))
                .withMethod(gssapi("alice", ProtectionLevel.INTEGRITY));
        try (Socks5Server server = through(both);
                RawClient client = request(server, REQUEST)) {
            upstream.accept().expect("05 02 01 02").send("05 02").expect("01 01 61 01 62");
            assertContextsEnd();
            upstream.send("01 00").expect(REQUEST).send(SUCCESS);
            client.expect(SUCCESS);
        }
    }
}
