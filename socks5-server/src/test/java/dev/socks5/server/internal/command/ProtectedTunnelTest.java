package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.server.Origin;
import dev.socks5.server.ProtectedClient;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.User;
import dev.socks5.testing.FakeContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes through a protected connection (RFC 1961 section 5). */
@Timeout(60)
class ProtectedTunnelTest {

    private static final int MEGABYTES = 4 * 1024 * 1024;

    private final Recorder events = new Recorder();

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .listener(events)
                .gssapi(() -> ServerNegotiation.gssapi(
                        FakeContext.acceptor(),
                        ProtectionLevel.INTEGRITY,
                        ProtectionLevel.CONFIDENTIALITY,
                        false,
                        name -> Optional.of(new User(name))));
    }

    private static ProtectedClient client(Socks5Server server) throws IOException {
        return ProtectedClient.loggedIn(server, ProtectionLevel.CONFIDENTIALITY);
    }

    private static byte[] random(int count) {
        byte[] octets = new byte[count];
        new Random(count).nextBytes(octets);
        return octets;
    }

    private static byte[] request(InetSocketAddress destination) {
        return RawClient.bytes(RawClient.connect(destination));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static void bothWaysAtOnce(ProtectedClient client, Socket far, int count) throws Exception {
        byte[] up = random(count);
        byte[] down = random(count + 1);
        CompletableFuture<Void> sending = run(() -> client.send(up));
        CompletableFuture<Void> answering = run(() -> far.getOutputStream().write(down));
        CompletableFuture<byte[]> arrived = new CompletableFuture<>();
        CompletableFuture<Void> arriving =
                run(() -> arrived.complete(far.getInputStream().readNBytes(count)));
        assertThat(client.read(count + 1)).isEqualTo(down);
        CompletableFuture.allOf(sending, answering, arriving).get();
        assertThat(arrived.get()).isEqualTo(up);
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> run(Step step) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        step.run();
                        done.complete(null);
                    } catch (Throwable e) {
                        done.completeExceptionally(e);
                    }
                })
                .start();
        return done;
    }

    @Test
    void megabytesBothWays() throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                ProtectedClient client = client(server)) {
            client.tunnelTo(origin.address());
            bothWaysAtOnce(client, origin.take(), MEGABYTES);
        }
        // What is counted are the user's octets, not those on the network.
        assertThat(events.ending().bytesUp()).isEqualTo(MEGABYTES);
    }

    /** Of each message only a part can be taken at a time: the rest must not be forgotten. */
    @Test
    void atLimitedBandwidth() throws Exception {
        try (Socks5Server server = builder().bandwidthPerConnection(400_000).start();
                Origin origin = new Origin();
                ProtectedClient client = client(server)) {
            client.tunnelTo(origin.address());
            bothWaysAtOnce(client, origin.take(), 80_000);
        }
    }

    /** The end may have been received long before the octets in front of it are taken. */
    @Test
    void theEndComesBehindWhatWasReceivedBeforeIt() throws Exception {
        try (Socks5Server server = builder().bandwidthPerConnection(400_000).start();
                Origin origin = new Origin();
                ProtectedClient client = client(server)) {
            byte[] octets = random(80_000);
            client.tunnelTo(origin.address()).send(octets);
            client.raw().socket().shutdownOutput();
            assertThat(origin.take().getInputStream().readAllBytes()).isEqualTo(octets);
        }
    }

    @Test
    void toAReaderWhoTakesItsTime() throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                ProtectedClient client = client(server)) {
            client.tunnelTo(origin.address());
            Socket far = origin.take();
            byte[] down = random(MEGABYTES);
            CompletableFuture<Void> answering = run(() -> far.getOutputStream().write(down));
            for (int at = 0; at < MEGABYTES; at += 1_000) {
                int end = Math.min(at + 1_000, MEGABYTES);
                assertThat(client.read(end - at)).isEqualTo(Arrays.copyOfRange(down, at, end));
            }
            answering.get();
        }
    }

    /** The whole handshake at once, as far as a client can know it beforehand, and the tunnel's first megabyte. */
    @Test
    void everythingInOneWriteArrivesInOrderOnce() throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                ProtectedClient client = client(server)) {
            byte[] early = random(1024 * 1024);
            client.send(joined(request(origin.address()), early)).expectSuccess();
            assertThat(origin.take().getInputStream().readNBytes(early.length)).isEqualTo(early);
        }
    }

    /** A client that is sure of the level need not wait for the server to agree. */
    @Test
    void whatComesTogetherWithTheLevelIsProtected() throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                ProtectedClient client = new ProtectedClient(server, "alice", ProtectionLevel.CONFIDENTIALITY, false)) {
            client.pending();
            byte[] hi = {'h', 'i'};
            client.raw()
                    .send(joined(
                            client.said(), client.wrappedAhead(request(origin.address())), client.wrappedAhead(hi)));
            client.hear();
            client.negotiate().expectSuccess();
            assertThat(origin.take().getInputStream().readNBytes(2)).isEqualTo(hi);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 9})
    void aRequestInSeveralMessages(int size) throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                ProtectedClient client = client(server)) {
            byte[] all = joined(request(origin.address()), new byte[] {'h', 'i'});
            ByteArrayOutputStream messages = new ByteArrayOutputStream();
            for (int at = 0; at < all.length; at += size) {
                messages.writeBytes(client.wrapped(Arrays.copyOfRange(all, at, Math.min(at + size, all.length))));
            }
            client.raw().send(messages.toByteArray());
            client.expectSuccess();
            assertThat(origin.take().getInputStream().readNBytes(2)).isEqualTo(new byte[] {'h', 'i'});
        }
    }

    @Test
    void octetByOctet() throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                ProtectedClient client = client(server)) {
            byte[] all = client.wrapped(joined(request(origin.address()), new byte[] {'h', 'i'}));
            for (byte octet : all) {
                client.raw().send(new byte[] {octet});
            }
            client.expectSuccess();
            assertThat(origin.take().getInputStream().readNBytes(2)).isEqualTo(new byte[] {'h', 'i'});
        }
    }

    /** A message may protect nothing at all. */
    @Test
    void emptyMessagesMeanNothing() throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                ProtectedClient client = client(server)) {
            byte[] empty = client.protection()
                    .orElseThrow()
                    .wrap(ByteBuffer.allocate(0))
                    .array();
            byte[] more = client.protection()
                    .orElseThrow()
                    .wrap(ByteBuffer.allocate(0))
                    .array();
            client.raw().send(joined(empty, more, client.wrapped(request(origin.address()))));
            client.expectSuccess();
        }
    }

    @Test
    void theEndOfOneDirectionLeavesTheOtherOpen() throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                ProtectedClient client = client(server)) {
            byte[] octets = random(100_000);
            client.tunnelTo(origin.address()).send(octets);
            client.raw().socket().shutdownOutput();
            Socket far = origin.take();
            assertThat(far.getInputStream().readAllBytes()).isEqualTo(octets);
            far.getOutputStream().write(octets);
            far.shutdownOutput();
            assertThat(client.read(octets.length)).isEqualTo(octets);
            client.raw().expectEnd();
        }
    }

    @Test
    void aFailureReplyIsProtected() throws Exception {
        try (Socks5Server server = builder().start();
                ProtectedClient client = client(server)) {
            client.send(request(Origin.nobody()));
            assertThat(RawClient.hex(client.read(10))).isEqualTo("05 05 00 01 00 00 00 00 00 00");
            client.raw().expectEnd();
        }
    }

    @Test
    void aMalformedRequestGetsAProtectedReply() throws Exception {
        try (Socks5Server server = builder().start();
                ProtectedClient client = client(server)) {
            client.send(RawClient.bytes("05 01 00 09 00"));
            assertThat(RawClient.hex(client.read(10))).isEqualTo("05 08 00 01 00 00 00 00 00 00");
            client.raw().expectEnd();
        }
    }

    /** Sends something in a tunnel that must break it, behind something that is fine. */
    private void breaks(Forgery forgery) throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                ProtectedClient client = client(server)) {
            client.tunnelTo(origin.address()).send(new byte[] {'o', 'k'});
            Socket far = origin.take();
            assertThat(far.getInputStream().readNBytes(2)).isEqualTo(new byte[] {'o', 'k'});
            client.raw().send(forgery.of(client));
            hearsNothingButAReset(far);
            assertThat(events.until("closed")).last().isEqualTo("closed 2 0 BROKEN");
        }
    }

    private static void hearsNothingButAReset(Socket far) throws IOException {
        try {
            assertThat(far.getInputStream().readAllBytes()).isEmpty();
            assertThat(far).as("reset").isNull(); // An end would pass for a proper one.
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    @FunctionalInterface
    private interface Forgery {
        byte[] of(ProtectedClient client) throws IOException;
    }

    private static final byte[] SECRET = {'s', 'e', 'c', 'r', 'e', 't'};

    @Test
    void aTamperedMessageBreaksTheTunnel() throws Exception {
        breaks(client -> {
            byte[] message = client.wrapped(SECRET);
            message[message.length / 2] ^= 1;
            return message;
        });
    }

    @Test
    void aReplayedMessageBreaksTheTunnel() throws Exception {
        breaks(client -> {
            ByteBuffer level = client.protection().orElseThrow().wrap(ByteBuffer.allocate(0));
            return joined(level.array(), level.array(), client.wrapped(SECRET));
        });
    }

    @Test
    void aMissingMessageBreaksTheTunnel() throws Exception {
        breaks(client -> {
            client.wrapped(SECRET);
            return client.wrapped(SECRET);
        });
    }

    @Test
    void octetsInTheClearBreakTheTunnel() throws Exception {
        breaks(client -> SECRET);
    }

    @Test
    void anAbortBreaksTheTunnel() throws Exception {
        breaks(client -> RawClient.bytes("01 ff"));
    }

    /** It is integrity that is agreed at the least, but this client has been promised more. */
    @Test
    void aMessageThatIsNotEncryptedBreaksTheTunnel() throws Exception {
        breaks(client -> {
            FakeContext context = FakeContext.initiator("alice");
            context.establish(new byte[0]);
            byte[] token = {};
            // As many as the client has wrapped before: the level, the request, and what was fine.
            for (int i = 0; i <= 3; i++) {
                token = context.wrap(ByteBuffer.wrap(SECRET), false);
            }
            return joined(RawClient.bytes("01 03 " + RawClient.port(token.length)), token);
        });
    }

    @Test
    void anEndWithinAMessageIsNoEnd() throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                ProtectedClient client = client(server)) {
            client.tunnelTo(origin.address());
            byte[] message = client.wrapped(SECRET);
            client.raw().send(Arrays.copyOf(message, message.length - 1));
            client.raw().socket().shutdownOutput();
            hearsNothingButAReset(origin.take());
        }
    }
}
