package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Recorder;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.TunnelKind;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps an association open, in each direction, and what does not; and how pauses count, in tunnels too. */
@Timeout(60)
class RelayIdleTest {

    private static final byte[] PING = {'p', 'i', 'n', 'g'};
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Recorder events = new Recorder();

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1).listener(events);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void datagramsOfOneDirectionKeepItOpen(boolean up) throws Exception {
        try (Socks5Server server = builder().idleTimeout(SECOND).start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.send(origin.address(), PING);
            origin.expect(PING);
            for (int i = 0; i < 26; i++) { // For longer than the limit.
                UdpClient.expectNothing(origin.socket());
                if (up) {
                    client.send(origin.address(), PING);
                    origin.expect(PING);
                } else {
                    origin.answer(PING);
                    assertThat(client.receive(origin.address())).isEqualTo(PING);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2"})
    void whatIsDroppedDoesNotKeepItOpen(String from) throws Exception {
        try (Socks5Server server = builder().idleTimeout(SHORT).start();
                UdpOrigin origin = new UdpOrigin();
                DatagramSocket other = UdpClient.socket(from);
                UdpClient client = new UdpClient(server)) {
            client.send(origin.address(), PING);
            origin.expect(PING);
            byte[] datagram = UdpClient.datagram(Endpoint.of(origin.address()), PING);
            byte[] fragment = datagram.clone();
            fragment[2] = 1;
            InetSocketAddress outer =
                    new InetSocketAddress("127.0.0.1", origin.relay().getPort());
            long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            client.control().socket().setSoTimeout(50);
            while (System.nanoTime() < end) {
                client.sendRaw(other, datagram).sendRaw(fragment).sendRaw(PING);
                other.send(new DatagramPacket(PING, PING.length, outer));
                try {
                    client.control().expectDropped();
                    assertThat(events.ending().reason()).isEqualTo(CloseReason.IDLE_TIMEOUT);
                    return;
                } catch (SocketTimeoutException e) {
                    // Not yet.
                }
            }
            throw new AssertionError("still open after ten seconds");
        }
    }

    /** A pause of 1.5 s, and then the idle limit: measured from below only. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theIdleLimitBeginsWhenThePauseHasEnded(boolean up) throws Exception {
        byte[] large = new byte[300];
        try (Socks5Server server = builder()
                        .bandwidthPerConnection(200)
                        .idleTimeout(SECOND)
                        .start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            long since = System.nanoTime();
            client.send(origin.address(), up ? large : PING);
            origin.take();
            if (!up) {
                origin.answer(large);
                client.receive(origin.address());
            }
            client.control().expectDropped();
            assertThat(events.ending().reason()).isEqualTo(CloseReason.IDLE_TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofMillis(2_300));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theIdleLimitOfATunnelDoesTheSame(boolean up) throws Exception {
        byte[] slice = new byte[256];
        try (TunnelKind.Ends ends =
                TunnelKind.DIRECT.open(builder().bandwidthPerConnection(200).idleTimeout(SECOND))) {
            long since = System.nanoTime();
            if (up) {
                ends.client().send(slice);
                assertThat(ends.far().getInputStream().readNBytes(slice.length)).hasSize(slice.length);
            } else {
                ends.far().getOutputStream().write(slice);
                assertThat(ends.client().read(slice.length)).hasSize(slice.length);
            }
            assertThat(events.ending().reason()).isEqualTo(CloseReason.IDLE_TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofMillis(2_100));
        }
    }
}
