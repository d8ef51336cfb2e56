package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.Request;
import dev.socks5.server.CloseReason;
import dev.socks5.server.RawClient;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import dev.socks5.server.Upstream;
import dev.socks5.testing.GssapiPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two upstreams in a row, of which one protects, or both. */
@Timeout(60)
class UpstreamProtectionsTest extends GssapiUpstreams {

    /** Only the first of two protects: what it protects is all, but of the datagrams only what is for its relay. */
    @Test
    void theFirstOfTwo() throws Exception {
        GssapiPeer[] peer = new GssapiPeer[1];
        Endpoint innerRelay = Endpoint.of("192.0.2.9", 9);
        try (UdpOrigin relay = new UdpOrigin();
                Socks5Server server = through(protecting(ProtectionLevel.CONFIDENTIALITY), inner())) {
            try (RawClient client = request(server, REQUEST)) {
                GssapiPeer first = accept().open(ProtectionLevel.NONE);
                GssapiPeer second = first.behind().selectNothing();
                assertThat(second.accept()).isEqualTo(Request.connect(Endpoint.of(NAME, 80)));
                client.expectSuccess();
                second.output().write('!');
                client.expect("21");
            }
            try (UdpClient client = associate(server, () -> {
                peer[0] = accept().negotiate(ProtectionLevel.NONE);
                peer[0].request();
                peer[0].reply(Endpoint.of(relay.address()));
                GssapiPeer second = accept().open(ProtectionLevel.NONE).behind().selectNothing();
                second.request();
                second.reply(innerRelay);
            })) {
                client.send(DESTINATION, PING);
                byte[] behindFirst = UdpClient.datagram(DESTINATION, PING);
                assertThat(unwrapped(peer[0], relay.take())).isEqualTo(UdpClient.datagram(innerRelay, behindFirst));
                relay.answer(wrapped(peer[0], UdpClient.datagram(innerRelay, UdpClient.datagram(DESTINATION, PONG))));
                assertThat(client.receive(DESTINATION.toInetSocketAddress())).isEqualTo(PONG);
            }
        }
        assertContextsEnd();
    }

    @Test
    void theSecondOfTwo() throws Exception {
        GssapiPeer[] peer = new GssapiPeer[1];
        Endpoint innerRelay = Endpoint.of("192.0.2.9", 9);
        Upstream second = inner().withMethod(gssapi("alice", ProtectionLevel.INTEGRITY));
        try (UdpOrigin relay = new UdpOrigin();
                Socks5Server server = through(upstream.upstream(), second)) {
            try (RawClient client = request(server, REQUEST)) {
                GssapiPeer first = accept().selectNothing();
                first.accept();
                first.behind().open(ProtectionLevel.NONE).output().write('!');
                client.expectSuccess();
                client.expect("21");
            }
            try (UdpClient client = associate(server, () -> {
                GssapiPeer first = accept().selectNothing();
                first.request();
                first.reply(Endpoint.of(relay.address()));
                GssapiPeer again = accept().selectNothing();
                again.accept();
                peer[0] = again.behind().negotiate(ProtectionLevel.NONE);
                peer[0].request();
                peer[0].reply(innerRelay);
            })) {
                client.send(DESTINATION, PING);
                byte[] header = UdpClient.datagram(innerRelay, new byte[0]);
                byte[] sent = relay.take();
                assertThat(Arrays.copyOf(sent, header.length)).isEqualTo(header);
                assertThat(unwrapped(peer[0], Arrays.copyOfRange(sent, header.length, sent.length)))
                        .isEqualTo(UdpClient.datagram(DESTINATION, PING));
                relay.answer(UdpClient.datagram(innerRelay, wrapped(peer[0], UdpClient.datagram(DESTINATION, PONG))));
                assertThat(client.receive(DESTINATION.toInetSocketAddress())).isEqualTo(PONG);
            }
        }
        assertContextsEnd();
    }

    private Route bothProtecting() {
        return Route.through(
                protecting(ProtectionLevel.CONFIDENTIALITY),
                inner().withMethod(gssapi("alice", ProtectionLevel.INTEGRITY)));
    }

    @Test
    void oneProtectionInAnother() throws Exception {
        byte[] much = new byte[300_000];
        new Random(3).nextBytes(much);
        try (Socks5Server server = builder(bothProtecting()).start();
                RawClient client = request(server, REQUEST + "01 02 03")) {
            GssapiPeer first = accept().open(ProtectionLevel.NONE);
            GssapiPeer second = first.behind().negotiate(ProtectionLevel.NONE);
            assertThat(second.request()).isEqualTo(Request.connect(Endpoint.of(NAME, 80)));
            // Two messages of the second in one of the first, and one of the second in two of the first.
            ByteArrayOutputStream together = new ByteArrayOutputStream();
            together.write(second.wrapped(RawClient.bytes(SUCCESS)));
            byte[] early = second.wrapped(RawClient.bytes(HELLO));
            together.write(early, 0, 5);
            first.output().write(together.toByteArray());
            client.expect(SUCCESS);
            first.output().write(early, 5, early.length - 5);
            client.expect(HELLO);
            assertThat(second.input().readNBytes(3)).containsExactly(1, 2, 3);
            Thread answering = new Thread(() -> {
                try {
                    second.output().write(much);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            answering.start();
            assertThat(client.read(much.length)).isEqualTo(much);
            answering.join();
            Thread sending = new Thread(() -> {
                try {
                    client.send(much);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            sending.start();
            assertThat(second.input().readNBytes(much.length)).isEqualTo(much);
            sending.join();
            upstream.end();
            client.expectEnd();
        }
        assertContextsEnd();
        assertThat(contexts).hasSize(2);
    }

    @Test
    void allOfTheSecondsMessagesMayComeInOneOfTheFirst() throws Exception {
        try (Socks5Server server = builder(bothProtecting()).start();
                RawClient client = request(server, REQUEST)) {
            GssapiPeer first = accept().open(ProtectionLevel.NONE);
            GssapiPeer second = first.behind().negotiate(ProtectionLevel.NONE);
            second.request();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(second.wrapped(RawClient.bytes(SUCCESS)));
            all.write(second.wrapped(RawClient.bytes("68 65")));
            all.write(second.wrapped(RawClient.bytes("6c 6c 6f")));
            first.output().write(all.toByteArray());
            client.expect(SUCCESS + HELLO);
        }
    }

    /** What the first has brought is more than there is room for, and the rest of it is the end of a message. */
    @Test
    void theEndOfAMessageMayWaitBelowWhenNothingMoreComes() throws Exception {
        byte[] data = new byte[40_000];
        new Random(4).nextBytes(data);
        try (Socks5Server server = builder(bothProtecting()).start();
                RawClient client = request(server, REQUEST)) {
            GssapiPeer first = accept().open(ProtectionLevel.NONE);
            GssapiPeer second = first.behind().open(ProtectionLevel.NONE);
            client.expectSuccess();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 3; i++) {
                all.write(second.wrapped(data));
            }
            first.output().write(all.toByteArray());
            for (int i = 0; i < 3; i++) {
                assertThat(client.read(data.length)).isEqualTo(data);
            }
        }
    }

    @Test
    void anEndWithinAMessageOfTheSecondIsAReset() throws Exception {
        try (Socks5Server server = builder(bothProtecting()).start();
                RawClient client = request(server, REQUEST)) {
            GssapiPeer first = accept().open(ProtectionLevel.NONE);
            GssapiPeer second = first.behind().open(ProtectionLevel.NONE);
            client.expectSuccess();
            first.output().write(second.wrapped(PING), 0, 5);
            upstream.end();
            client.expectDropped();
            assertThat(events.ending().reason()).isEqualTo(CloseReason.BROKEN);
        }
        assertContextsEnd();
    }

    @Test
    void datagramsInOneProtectionInAnother() throws Exception {
        GssapiPeer[] peers = new GssapiPeer[2];
        Endpoint innerRelay = Endpoint.of("192.0.2.9", 9);
        try (UdpOrigin relay = new UdpOrigin();
                Socks5Server server = builder(bothProtecting()).start();
                UdpClient client = associate(server, () -> {
                    peers[0] = accept().negotiate(ProtectionLevel.NONE);
                    peers[0].request();
                    peers[0].reply(Endpoint.of(relay.address()));
                    peers[1] = accept().open(ProtectionLevel.NONE).behind().negotiate(ProtectionLevel.NONE);
                    peers[1].request();
                    peers[1].reply(innerRelay);
                })) {
            client.send(DESTINATION, PING);
            byte[] header = UdpClient.datagram(innerRelay, new byte[0]);
            byte[] sent = unwrapped(peers[0], relay.take());
            assertThat(Arrays.copyOf(sent, header.length)).isEqualTo(header);
            assertThat(unwrapped(peers[1], Arrays.copyOfRange(sent, header.length, sent.length)))
                    .isEqualTo(UdpClient.datagram(DESTINATION, PING));
            byte[] answer = wrapped(peers[1], UdpClient.datagram(DESTINATION, PONG));
            relay.answer(wrapped(peers[0], UdpClient.datagram(innerRelay, answer)));
            assertThat(client.receive(DESTINATION.toInetSocketAddress())).isEqualTo(PONG);
        }
        assertContextsEnd();
        assertThat(contexts).hasSize(3);
    }
}
