package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.internal.udp.RelaySessions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Sessions of all kinds, good and bad: a method for each, and a weight that says how often. */
public final class MixedSessions implements AutoCloseable {

    /** One session, from the connection to whatever end. */
    @FunctionalInterface
    private interface Session {
        void play(RawClient client, Random random) throws Exception;
    }

    private record Kind(int weight, Session session) {}

    private static final int CLIENTS = 8;
    private static final int USERS = 5;
    private static final int LARGE = 300_000;

    private final Socks5Server server;
    private final MoodyOrigin origin;
    private final InetSocketAddress nobody;
    private final InetSocketAddress deaf;
    private final Queue<RawClient> silent = new ConcurrentLinkedQueue<>();
    private final List<Kind> kinds = List.of(
            new Kind(300, this::tunnel),
            new Kind(80, this::tunnelByName),
            new Kind(10, this::largeTunnel),
            new Kind(10, this::abandonedWhilePaused),
            new Kind(100, this::resetInTunnel),
            new Kind(50, this::originResets),
            new Kind(50, this::originCloses),
            new Kind(80, this::refused),
            new Kind(40, this::denied),
            new Kind(20, this::unknownCommand),
            new Kind(40, this::throwingRule),
            new Kind(60, this::failedLogin),
            new Kind(40, this::throwingAuthenticator),
            new Kind(30, this::noMethod),
            new Kind(50, this::malformed),
            new Kind(150, this::halfHandshake),
            new Kind(3, this::silent),
            new Kind(40, this::failedLookUp),
            new Kind(20, this::hangingLookUp),
            new Kind(20, this::abandonedDial),
            new Kind(80, RelaySessions::bind),
            new Kind(50, RelaySessions::abandonedBind),
            new Kind(20, RelaySessions::bindForAStranger),
            new Kind(80, RelaySessions::association),
            new Kind(50, RelaySessions::abandonedAssociation),
            new Kind(40, RelaySessions::faultyDatagrams));
    private final int weights = kinds.stream().mapToInt(Kind::weight).sum();

    MixedSessions(Socks5Server server, MoodyOrigin origin, InetSocketAddress nobody, InetSocketAddress deaf) {
        this.server = server;
        this.origin = origin;
        this.nobody = nobody;
        this.deaf = deaf;
    }

    /** A session of a kind that the dice choose. */
    void play(Random random) throws Exception {
        int dice = random.nextInt(weights);
        int chosen = 0;
        while (dice >= kinds.get(chosen).weight) {
            dice -= kinds.get(chosen++).weight;
        }
        RawClient client = new RawClient(server, InetAddress.getByAddress(new byte[] {
            127, 0, 0, (byte) (1 + random.nextInt(CLIENTS))
        }));
        try {
            kinds.get(chosen).session.play(client, random);
        } finally {
            if (!silent.contains(client)) {
                client.close();
            }
        }
    }

    private static String login(Random random, String password) {
        return "01 02 75 " + "%02x".formatted('0' + random.nextInt(USERS)) + " "
                + "%02x".formatted(password.length()) + " "
                + RawClient.hex(password.getBytes(StandardCharsets.US_ASCII));
    }

    public static RawClient loggedIn(RawClient client, Random random) throws IOException {
        return client.send(RawClient.LOGIN_GREETING)
                .expect(RawClient.LOGIN_SELECTED)
                .send(login(random, FaultyPolicies.GOOD_PASSWORD))
                .expect("01 00");
    }

    private void connected(RawClient client, Random random) throws IOException {
        loggedIn(client, random).send(RawClient.connect(origin.address())).expectSuccess();
    }

    private static void assertEchoes(RawClient client, byte[] octets) throws IOException {
        client.socket().getOutputStream().write(MoodyOrigin.ECHO);
        client.send(octets);
        client.socket().shutdownOutput();
        assertThat(client.read(octets.length)).isEqualTo(octets);
        client.expectEnd();
    }

    public static byte[] octets(Random random, int most) {
        byte[] octets = new byte[random.nextInt(most)];
        random.nextBytes(octets);
        return octets;
    }

    private void tunnel(RawClient client, Random random) throws IOException {
        connected(client, random);
        assertEchoes(client, octets(random, 5_000));
    }

    private void tunnelByName(RawClient client, Random random) throws IOException {
        String request =
                RawClient.connect(FaultyPolicies.GOOD_NAME, origin.address().getPort());
        loggedIn(client, random).send(request);
        byte[] head = client.read(10);
        assertThat(head[1]).isIn((byte) 0, (byte) 1); // The executor may have rejected it.
        if (head[1] == 0) {
            assertEchoes(client, octets(random, 5_000));
        } else {
            client.expectEnd();
        }
    }

    private void largeTunnel(RawClient client, Random random) throws IOException {
        connected(client, random);
        assertEchoes(client, octets(random, LARGE));
    }

    private void abandonedWhilePaused(RawClient client, Random random) throws IOException {
        connected(client, random);
        client.socket().getOutputStream().write(MoodyOrigin.ECHO);
        client.send(new byte[LARGE]);
        client.reset();
    }

    private void resetInTunnel(RawClient client, Random random) throws IOException {
        connected(client, random);
        client.socket().getOutputStream().write(MoodyOrigin.ECHO);
        byte[] octets = octets(random, 5_000);
        client.send(octets);
        client.read(Math.min(random.nextInt(2), octets.length));
        client.reset();
    }

    private void originResets(RawClient client, Random random) throws IOException {
        connected(client, random);
        client.socket().getOutputStream().write(MoodyOrigin.RESET);
        client.expectDropped();
    }

    private void originCloses(RawClient client, Random random) throws IOException {
        connected(client, random);
        client.socket().getOutputStream().write(MoodyOrigin.CLOSE);
        client.expectEnd();
    }

    private void refused(RawClient client, Random random) throws IOException {
        loggedIn(client, random).send(RawClient.connect(nobody)).expectFailure(0x05);
    }

    private void denied(RawClient client, Random random) throws IOException {
        loggedIn(client, random)
                .send(RawClient.connect("127.0.0.1", FaultyPolicies.DENIED_PORT))
                .expectFailure(0x02);
    }

    private void unknownCommand(RawClient client, Random random) throws IOException {
        loggedIn(client, random).send("05 77 00 01 7f 00 00 01 00 50").expectFailure(0x07);
    }

    private void throwingRule(RawClient client, Random random) throws IOException {
        int port = random.nextBoolean() ? FaultyPolicies.THROWING_PORT : FaultyPolicies.DYING_PORT;
        loggedIn(client, random).send(RawClient.connect("127.0.0.1", port)).expectFailure(0x01);
    }

    private static void assertLoginFails(RawClient client, Random random, String password) throws IOException {
        client.send(RawClient.LOGIN_GREETING).expect(RawClient.LOGIN_SELECTED).send(login(random, password));
        client.expect("01 01").expectEnd();
    }

    private void failedLogin(RawClient client, Random random) throws IOException {
        assertLoginFails(client, random, "wrong");
    }

    private void throwingAuthenticator(RawClient client, Random random) throws IOException {
        assertLoginFails(
                client,
                random,
                random.nextBoolean() ? FaultyPolicies.THROWING_PASSWORD : FaultyPolicies.DYING_PASSWORD);
    }

    private void noMethod(RawClient client, Random random) throws IOException {
        client.send(RawClient.GREETING).expect("05 ff").expectEnd();
    }

    private void malformed(RawClient client, Random random) throws IOException {
        String garbage = random.nextBoolean() ? "04" : RawClient.LOGIN_GREETING + " 02";
        client.send(garbage);
        client.read(2);
        client.expectDropped();
    }

    /** A good session that stops anywhere, with an end or a reset. */
    private void halfHandshake(RawClient client, Random random) throws IOException {
        byte[] whole = RawClient.bytes(RawClient.LOGIN_GREETING
                + login(random, FaultyPolicies.GOOD_PASSWORD)
                + RawClient.connect(origin.address()));
        byte[] half = java.util.Arrays.copyOf(whole, random.nextInt(whole.length + 1));
        client.send(half);
        if (random.nextBoolean()) {
            client.reset();
        }
    }

    /** Until its handshake has taken too long. */
    private void silent(RawClient client, Random random) throws IOException {
        silent.add(client);
        client.send(RawClient.LOGIN_GREETING);
    }

    private void failedLookUp(RawClient client, Random random) throws IOException {
        List<String> names =
                List.of(FaultyPolicies.THROWING_NAME, FaultyPolicies.DYING_NAME, FaultyPolicies.UNKNOWN_NAME);
        loggedIn(client, random).send(RawClient.connect(names.get(random.nextInt(names.size())), 80));
        assertThat(client.read(10)[1]).isIn((byte) 1, (byte) 4);
        client.expectEnd();
    }

    private void hangingLookUp(RawClient client, Random random) throws IOException {
        loggedIn(client, random).send(RawClient.connect(FaultyPolicies.HANGING_NAME, 80));
        client.reset();
    }

    private void abandonedDial(RawClient client, Random random) throws IOException {
        loggedIn(client, random).send(RawClient.connect(deaf));
        if (random.nextBoolean()) {
            client.reset();
        }
    }

    /** To be called when the server has given up on those that were silent. */
    @Override
    public void close() throws SocketException, IOException {
        for (RawClient client : silent) {
            client.close();
        }
        silent.clear();
    }
}
