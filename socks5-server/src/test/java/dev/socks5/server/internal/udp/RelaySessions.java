package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.FaultyPolicies;
import dev.socks5.server.MixedSessions;
import dev.socks5.server.RawClient;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Random;

/** Sessions with BIND and UDP ASSOCIATE for {@link MixedSessions}. */
public final class RelaySessions {

    private RelaySessions() {}

    private static InetSocketAddress listening(RawClient client, Random random) throws IOException {
        return MixedSessions.loggedIn(client, random)
                .send("05 02 00 01 7f 00 00 01 00 00")
                .readReply();
    }

    private static Socket connect(String from, InetSocketAddress to) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
        socket.connect(to, RawClient.PATIENCE_MILLIS);
        return socket;
    }

    public static void bind(RawClient client, Random random) throws IOException {
        InetSocketAddress bound = listening(client, random);
        byte[] octets = MixedSessions.octets(random, 5_000);
        try (Socket peer = connect("127.0.0.1", bound)) {
            client.readReply();
            client.send(octets);
            client.socket().shutdownOutput();
            assertThat(peer.getInputStream().readAllBytes()).isEqualTo(octets);
            if (random.nextBoolean()) {
                peer.setSoLinger(true, 0);
            }
        }
        client.expectDropped();
    }

    public static void abandonedBind(RawClient client, Random random) throws IOException {
        InetSocketAddress bound = listening(client, random);
        if (random.nextBoolean()) {
            client.reset();
        } else {
            connect("127.0.0.1", bound).close(); // Both of them leave, at about the same time.
        }
    }

    public static void bindForAStranger(RawClient client, Random random) throws IOException {
        InetSocketAddress bound = listening(client, random);
        try (Socket stranger = connect("127.0.0.77", bound)) {
            assertThat(stranger.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static UdpClient associate(RawClient client, Random random) throws IOException {
        return new UdpClient(MixedSessions.loggedIn(client, random), "05 03 00 01 00 00 00 00 00 00");
    }

    public static void association(RawClient client, Random random) throws IOException {
        try (UdpOrigin destination = new UdpOrigin(random.nextBoolean() ? "127.0.0.1" : "::1");
                UdpClient datagrams = associate(client, random)) {
            for (int i = random.nextInt(4); i >= 0; i--) {
                byte[] octets = MixedSessions.octets(random, 5_000);
                datagrams.send(destination.address(), octets);
                destination.expect(octets);
                destination.answer(octets);
                assertThat(datagrams.receive(destination.address())).isEqualTo(octets);
            }
        }
    }

    public static void abandonedAssociation(RawClient client, Random random) throws IOException {
        try (UdpClient datagrams = associate(client, random)) {
            for (int i = random.nextInt(4); i > 0; i--) {
                datagrams.send(new InetSocketAddress("127.0.0.1", 10), MixedSessions.octets(random, 5_000));
            }
            client.reset();
        }
    }

    /**
     * Fragments, rubbish, and destinations of which policies fail or look-ups hang; a good one gets through behind
     * them.
     */
    public static void faultyDatagrams(RawClient client, Random random) throws IOException {
        List<String> names = List.of(
                FaultyPolicies.THROWING_NAME,
                FaultyPolicies.DYING_NAME,
                FaultyPolicies.UNKNOWN_NAME,
                FaultyPolicies.HANGING_NAME);
        List<Integer> ports =
                List.of(FaultyPolicies.DENIED_PORT, FaultyPolicies.THROWING_PORT, FaultyPolicies.DYING_PORT);
        try (UdpOrigin destination = new UdpOrigin();
                UdpClient datagrams = associate(client, random)) {
            datagrams.sendRaw(MixedSessions.octets(random, 5));
            datagrams.sendRaw(RawClient.bytes("00 00 01 01 7f 00 00 01 00 50 2e"));
            String name = names.get(random.nextInt(names.size()));
            datagrams.send(new Endpoint(new DomainName(name), 80), MixedSessions.octets(random, 100));
            datagrams.send(new InetSocketAddress("127.0.0.1", ports.get(random.nextInt(ports.size()))), new byte[1]);
            byte[] octets = MixedSessions.octets(random, 100);
            datagrams.send(destination.address(), octets);
            destination.expect(octets);
        }
    }
}
