package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.Inside;
import dev.socks5.server.Recorder;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What associations hold counts in the server's backlog, and is given back. */
@Timeout(60)
class RelayMemoryTest {

    private static final int BACKLOG = 64 * 1024;
    private static final byte[] PAYLOAD = new byte[300];

    private final Recorder events = new Recorder();
    private final CountDownLatch lookedUp = new CountDownLatch(1);
    private Socks5Server server;
    private UdpOrigin origin;
    private UdpOrigin other;
    private UdpClient client;

    @BeforeEach
    void start() throws IOException {
        server = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .maxBacklog(BACKLOG)
                .listener(events)
                .resolver(this::resolve)
                .start();
        origin = new UdpOrigin();
        other = new UdpOrigin();
        client = new UdpClient(server);
    }

    @AfterEach
    void stop() throws IOException {
        lookedUp.countDown();
        client.close();
        server.close();
        origin.close();
        other.close();
    }

    private List<InetAddress> resolve(String name) throws IOException {
        try {
            lookedUp.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return List.of(InetAddress.getByName("127.0.0.1"));
    }

    private void leave(int bytes) {
        assertThat(Inside.core(server).backlog().reserve(BACKLOG - bytes)).isTrue();
    }

    private void assertGivenBack(int left) throws Exception {
        client.close();
        events.until("closed");
        assertThat(Inside.core(server).backlog().held()).isEqualTo(BACKLOG - left);
    }

    /** When this has come back, everything sent before it has been dealt with. */
    private void roundTrip(UdpOrigin to) throws IOException {
        client.send(to.address(), PAYLOAD);
        to.expect(PAYLOAD);
        to.answer(PAYLOAD);
        assertThat(client.receive(to.address())).isEqualTo(PAYLOAD);
    }

    @Test
    void datagramsThatWaitForALookUpTakeNoMoreThanThereIs() throws Exception {
        int left = Destinations.WEIGHT + 6 * PAYLOAD.length + 50;
        leave(left);
        roundTrip(origin);
        Endpoint name =
                new Endpoint(new DomainName("origin.test"), origin.address().getPort());
        for (int i = 0; i < 9; i++) {
            client.send(name, PAYLOAD);
        }
        roundTrip(origin);
        assertThat(Inside.core(server).backlog().held()).isEqualTo(BACKLOG - 50);
        lookedUp.countDown();
        for (int i = 0; i < 6; i++) {
            origin.expect(PAYLOAD);
        }
        roundTrip(origin);
        assertThat(server.statistics().datagrams().lost()).isEqualTo(3);
        assertThat(Inside.core(server).backlog().held()).isEqualTo(BACKLOG - 6 * PAYLOAD.length - 50);
        assertGivenBack(left);
    }

    @Test
    void datagramsThatStillWaitAreGivenBackAtTheEnd() throws Exception {
        leave(BACKLOG / 2);
        client.send(new Endpoint(new DomainName("origin.test"), 9), PAYLOAD);
        roundTrip(origin);
        assertThat(Inside.core(server).backlog().held()).isEqualTo(BACKLOG / 2 + Destinations.WEIGHT + PAYLOAD.length);
        assertGivenBack(BACKLOG / 2);
    }

    @Test
    void destinationsAreRememberedWhileThereIsMemory() throws Exception {
        leave(Destinations.WEIGHT);
        roundTrip(origin);
        roundTrip(other);
        origin.answer(PAYLOAD);
        assertThat(client.receive(origin.address())).isEqualTo(PAYLOAD);
        assertGivenBack(Destinations.WEIGHT);
    }

    /** One is served after the other all the same. */
    @Test
    void theOldestDestinationIsForgottenIfThereIsNone() throws Exception {
        leave(Destinations.WEIGHT - 1);
        roundTrip(origin);
        roundTrip(other);
        origin.answer(PAYLOAD);
        roundTrip(other);
        assertThat(server.statistics().datagrams().foreign()).isEqualTo(1);
        roundTrip(origin);
        assertGivenBack(Destinations.WEIGHT - 1);
    }
}
