package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.Connector;
import dev.socks5.server.Inside;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Recorder;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.TunnelKind;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import dev.socks5.server.internal.net.EventLoop;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Associations and tunnels that end while one direction of them pauses: at one octet a second, for minutes. */
@Timeout(60)
class RelayPauseTest {

    private static final byte[] LARGE = new byte[300];
    private static final byte[] SLICE = new byte[256];
    private static final byte[] ONE = {'.'};

    private final Recorder events = new Recorder();

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .bandwidthPerConnection(1)
                .listener(events);
    }

    /** Nothing is due any more, once the one connection has ended. */
    private void assertNoTimerIsLeft(Socks5Server server) throws Exception {
        events.until("closed");
        CompletableFuture<Integer> timers = new CompletableFuture<>();
        EventLoop loop = Inside.loops(server).get(0);
        loop.execute(() -> timers.complete(loop.timers().size()));
        assertThat(timers.get(10, TimeUnit.SECONDS)).isZero();
    }

    private static void pauseDown(UdpClient client, UdpOrigin origin) throws IOException {
        client.send(origin.address(), ONE);
        origin.expect(ONE);
        origin.answer(LARGE);
        assertThat(client.receive(origin.address())).isEqualTo(LARGE);
    }

    @Test
    void anAssociationThatPausesUp() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.send(origin.address(), LARGE);
            origin.expect(LARGE);
            client.close();
            assertNoTimerIsLeft(server);
        }
    }

    @Test
    void anAssociationThatPausesDown() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            pauseDown(client, origin);
            client.close();
            assertNoTimerIsLeft(server);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAssociationThroughAnUpstream(boolean theUpstreamEndsIt) throws Exception {
        String request = "05 03 00 01 00 00 00 00 00 00";
        try (RawUpstream upstream = new RawUpstream();
                UdpOrigin relay = new UdpOrigin();
                Socks5Server server = builder()
                        .connector(Connector.always(Route.through(upstream.upstream())))
                        .start();
                RawClient control =
                        new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                DatagramSocket socket = UdpClient.socket("127.0.0.1")) {
            control.send(request);
            upstream.acceptRequest(request)
                    .send("05 00 00 01 7f 00 00 01 "
                            + RawClient.port(relay.address().getPort()));
            InetSocketAddress own = control.readReply();
            byte[] datagram = UdpClient.datagram(Endpoint.of("192.0.2.1", 7), LARGE);
            socket.send(new DatagramPacket(datagram, datagram.length, own));
            relay.expect(datagram);
            relay.answer(datagram);
            assertThat(UdpClient.receive(socket).getLength()).isEqualTo(datagram.length);
            if (theUpstreamEndsIt) {
                upstream.end();
            } else {
                control.close();
            }
            assertNoTimerIsLeft(server);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTunnel(boolean up) throws Exception {
        try (TunnelKind.Ends ends = TunnelKind.DIRECT.open(builder())) {
            if (up) {
                ends.client().send(SLICE);
                assertThat(ends.far().getInputStream().readNBytes(SLICE.length)).isEqualTo(SLICE);
                ends.far().setSoLinger(true, 0);
                ends.far().close();
            } else {
                ends.far().getOutputStream().write(SLICE);
                assertThat(ends.client().read(SLICE.length)).isEqualTo(SLICE);
                ends.client().reset();
            }
            assertNoTimerIsLeft(ends.server());
        }
    }

    /** Nothing is lost meanwhile: it waits in the system. */
    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "::1, ::1", "127.0.0.1, ::1", "::1, 127.0.0.1"})
    void whatHasPausedIsNotDeliveredByEitherFamilyBeforeItGoesOn(String first, String second) throws Exception {
        try (Socks5Server server = builder().bandwidthPerConnection(300).start();
                UdpOrigin origin = new UdpOrigin(first);
                UdpOrigin other = new UdpOrigin(second);
                UdpClient client = new UdpClient(server)) {
            client.send(other.address(), ONE).send(origin.address(), ONE);
            other.expect(ONE);
            origin.expect(ONE);
            long since = System.nanoTime();
            origin.answer(LARGE);
            assertThat(client.receive(origin.address())).isEqualTo(LARGE);
            other.answer(ONE); // After the pause of a second.
            assertThat(client.receive(other.address())).isEqualTo(ONE);
            assertThat(System.nanoTime() - since).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(800));
        }
    }

    /** The socket for the other family is opened while its datagrams may not be taken. */
    @Test
    void whatIsOpenedInAPausePausesToo() throws Exception {
        try (Socks5Server server = builder().bandwidthPerConnection(300).start();
                UdpOrigin origin = new UdpOrigin();
                UdpOrigin other = new UdpOrigin("::1");
                UdpClient client = new UdpClient(server)) {
            long since = System.nanoTime();
            pauseDown(client, origin);
            client.send(other.address(), ONE);
            other.expect(ONE);
            other.answer(ONE);
            assertThat(client.receive(other.address())).isEqualTo(ONE);
            assertThat(System.nanoTime() - since).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(800));
        }
    }
}
