package dev.socks5.server.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A user's tunnels and associations share two limits, one for each direction, and nothing else does. At 1024 octets a
 * second a slice of 256 takes a quarter of a second to pay for. First one direction runs up a debt that nobody waits
 * for; then it is seen who has to pay it.
 */
@Timeout(60)
class UserBandwidthTest {

    private static final int RATE = 1024;
    private static final byte[] SLICE = new byte[256];
    private static final byte[] ONE = {'.'};

    /** Worth a debt of twice the time that a test waits for what has to come. */
    private static final int TUNNELS = 2 * RawClient.PATIENCE_MILLIS / 250;

    private static final byte[] LARGE = new byte[2 * RATE * RawClient.PATIENCE_MILLIS / 1_000];

    /** Three times what a slice without a debt takes. */
    private static final int HELD_BACK_MILLIS = 750;

    private static final String AL = "61 6c";
    private static final String BO = "62 6f";

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private Socks5Server server;
    private Origin origin;
    private UdpOrigin udpOrigin;

    /** Where octets go. */
    enum Way {
        TUNNEL_UP,
        TUNNEL_DOWN,
        RELAY_UP,
        RELAY_DOWN;

        private boolean isUp() {
            return this == TUNNEL_UP || this == RELAY_UP;
        }
    }

    @BeforeEach
    void start() throws IOException {
        origin = opened(new Origin());
        udpOrigin = opened(new UdpOrigin());
        server = opened(Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(2)
                .authenticator(PasswordAuthenticator.of(Map.of("al", "pw", "bo", "pw")))
                .bandwidthPerUser(RATE)
                .start());
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    private RawClient login(String user) throws IOException {
        return opened(new RawClient(server))
                .send(RawClient.LOGIN_GREETING)
                .expect(RawClient.LOGIN_SELECTED)
                .send("01 02 " + user + " 02 70 77")
                .expect("01 00");
    }

    /** A new tunnel's two ends: from where a direction comes, and where it leads. */
    private Socket[] tunnel(String user, boolean up) throws Exception {
        RawClient client = login(user).send(RawClient.connect(origin.address()));
        client.expectSuccess();
        Socket far = origin.take();
        return up ? new Socket[] {client.socket(), far} : new Socket[] {far, client.socket()};
    }

    private static void pass(Socket[] tunnel, byte[] octets) throws IOException {
        tunnel[0].getOutputStream().write(octets);
        assertThat(tunnel[1].getInputStream().readNBytes(octets.length)).isEqualTo(octets);
    }

    private UdpClient association(String user) throws IOException {
        return opened(new UdpClient(login(user), "05 03 00 01 00 00 00 00 00 00"));
    }

    private void passUp(UdpClient client, byte[] payload) throws IOException {
        client.send(udpOrigin.address(), payload);
        udpOrigin.expect(payload);
    }

    private void passDown(UdpClient client, byte[] payload) throws IOException {
        udpOrigin.answer(payload);
        assertThat(client.receive(udpOrigin.address())).isEqualTo(payload);
    }

    /** Runs up a debt. */
    private void use(Way way) throws Exception {
        switch (way) {
            case TUNNEL_UP, TUNNEL_DOWN -> {
                for (int i = 0; i < TUNNELS; i++) {
                    pass(tunnel(AL, way.isUp()), SLICE);
                }
            }
            case RELAY_UP -> passUp(association(AL), LARGE);
            case RELAY_DOWN -> {
                UdpClient client = association(AL);
                passUp(client, ONE);
                passDown(client, LARGE);
            }
        }
    }

    /** Uses up a slice of a new connection, which never has to wait, and sees whether more gets through. */
    private boolean isFree(String user, Way way, int millis) throws Exception {
        try {
            switch (way) {
                case TUNNEL_UP, TUNNEL_DOWN -> {
                    Socket[] tunnel = tunnel(user, way.isUp());
                    pass(tunnel, SLICE);
                    tunnel[1].setSoTimeout(millis);
                    pass(tunnel, ONE);
                }
                case RELAY_UP -> {
                    UdpClient client = association(user);
                    passUp(client, SLICE);
                    client.send(udpOrigin.address(), ONE);
                    return arrives(udpOrigin.socket(), millis);
                }
                case RELAY_DOWN -> {
                    UdpClient client = association(user);
                    DatagramSocket socket = opened(UdpClient.socket("127.0.0.1"));
                    client.sendRaw(socket, UdpClient.datagram(Endpoint.of(udpOrigin.address()), ONE));
                    udpOrigin.expect(ONE);
                    udpOrigin.answer(SLICE);
                    UdpClient.receive(socket);
                    udpOrigin.answer(ONE);
                    return arrives(socket, millis);
                }
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private static boolean arrives(DatagramSocket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        DatagramPacket packet = UdpClient.receive(socket);
        socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
        return packet.getLength() > 0;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsUsedOneWayIsOwedThatWayByEverythingOfTheUserAndByNothingElse(Way used) throws Exception {
        use(used);
        for (Way way : Way.values()) {
            boolean owes = way.isUp() == used.isUp();
            assertThat(isFree(AL, way, owes ? HELD_BACK_MILLIS : RawClient.PATIENCE_MILLIS))
                    .as("%s after %s", way, used)
                    .isNotEqualTo(owes);
        }
        assertThat(isFree(BO, used, RawClient.PATIENCE_MILLIS))
                .as("another user")
                .isTrue();
    }
}
