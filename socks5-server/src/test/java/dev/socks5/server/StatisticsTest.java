package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.internal.report.Counters;
import dev.socks5.server.internal.usage.Fate;
import dev.socks5.server.internal.usage.Meter;
import dev.socks5.server.internal.usage.Totals;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StatisticsTest {

    private static final ServerStatistics ZERO =
            new ServerStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, DatagramCounts.NONE);

    @Test
    void anOpenTunnelIsCountedWhileItRelays() throws Exception {
        Recorder events = new Recorder();
        try (Origin origin = new Origin();
                Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .listener(events)
                        .start()) {
            assertThat(server.statistics()).isEqualTo(ZERO);
            try (RawClient client = new RawClient(server)) {
                // Early data counts, too.
                client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                client.send(RawClient.connect(origin.address()) + "2e 2e").expectSuccess();
                Socket behind = origin.take();
                behind.getInputStream().readNBytes(2);
                client.send("2e");
                behind.getInputStream().readNBytes(1);
                OutputStream out = behind.getOutputStream();
                out.write(new byte[5]);
                client.read(5);
                assertThat(server.statistics())
                        .isEqualTo(new ServerStatistics(1, 1, 0, 1, 0, 0, 0, 0, 3, 5, DatagramCounts.NONE));
                client.reset();
            }
            events.until("closed");
            ServerStatistics after = new ServerStatistics(0, 0, 0, 1, 0, 0, 0, 0, 3, 5, DatagramCounts.NONE);
            assertThat(server.statistics()).isEqualTo(after);
            server.close();
            assertThat(server.statistics()).isEqualTo(after);
        }
    }

    @Test
    void closingTheServerEndsItsTunnels() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server =
                        Socks5Server.builder().listen("127.0.0.1", 0).start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            origin.take();
            server.close();
            client.expectDropped();
            assertThat(server.statistics())
                    .isEqualTo(new ServerStatistics(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, DatagramCounts.NONE));
        }
    }

    @Test
    void whatFailsIsCounted() throws Exception {
        Recorder events = new Recorder();
        try (Socks5Server server = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(PasswordAuthenticator.of(Map.of("u", "p")))
                .accessRule(AccessRules.builder().deny("*").build())
                .maxConnections(1)
                .listener(events)
                .start()) {
            try (RawClient client = new RawClient(server)) {
                client.send(RawClient.LOGIN_GREETING).expect(RawClient.LOGIN_SELECTED);
                try (RawClient second = new RawClient(server)) {
                    second.expectDropped();
                }
                client.send("01 01 75 01 70").expect("01 00");
                client.send(RawClient.connect("127.0.0.1", 1)).expectFailure(0x02);
            }
            events.until("closed");
            try (RawClient client = new RawClient(server)) {
                client.send(RawClient.LOGIN_GREETING).expect(RawClient.LOGIN_SELECTED);
                client.send("01 01 75 01 78").expect("01 01").expectEnd();
            }
            events.until("closed");
            assertThat(server.statistics())
                    .isEqualTo(new ServerStatistics(0, 0, 0, 2, 1, 1, 1, 0, 0, 0, DatagramCounts.NONE));
        }
    }

    /** By the time a listener is told, the figures have it. */
    @Test
    void aListenerSeesWhatItIsTold() throws Exception {
        BlockingQueue<ServerStatistics> seen = new LinkedBlockingQueue<>();
        BlockingQueue<Socks5Server> started = new LinkedBlockingQueue<>();
        Socks5ServerListener listener = new Socks5ServerListener() {
            @Override
            public void loginFailed(SessionInfo session, String reason) {
                Optional.ofNullable(started.peek()).ifPresent(server -> seen.add(server.statistics()));
            }
        };
        try (Socks5Server server = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(PasswordAuthenticator.of(Map.of("u", "p")))
                .listener(listener)
                .start()) {
            started.add(server);
            try (RawClient client = new RawClient(server)) {
                client.send(RawClient.GREETING).expect("05 ff").expectEnd();
            }
            ServerStatistics statistics = seen.poll(10, TimeUnit.SECONDS);
            assertThat(statistics).isEqualTo(new ServerStatistics(1, 0, 0, 1, 0, 1, 0, 0, 0, 0, DatagramCounts.NONE));
        }
    }

    @Test
    void datagramsAreToldApart() {
        Counters counters = new Counters();
        Meter meter = new Meter(counters.relayed(), new Totals());
        meter.datagramUp(10);
        meter.datagramUp(0);
        meter.datagramDown(5);
        Map.of(Fate.FRAGMENT, 1, Fate.MALFORMED, 2, Fate.FOREIGN, 3, Fate.REFUSED, 4, Fate.LOST, 5)
                .forEach((fate, times) -> {
                    for (int i = 0; i < times; i++) {
                        meter.count(fate);
                    }
                });
        DatagramCounts counts = new DatagramCounts(2, 1, 1, 2, 3, 4, 5);
        assertThat(counters.statistics(0)).isEqualTo(new ServerStatistics(0, 0, 0, 0, 0, 0, 0, 0, 10, 5, counts));
        assertThat(counts.dropped()).isEqualTo(15);
    }

    @Test
    void anOpenAssociationIsCountedWhileItRelays() throws Exception {
        Recorder events = new Recorder();
        try (Socks5Server server =
                Socks5Server.builder().listen("127.0.0.1", 0).listener(events).start()) {
            try (UdpOrigin origin = new UdpOrigin();
                    UdpClient client = new UdpClient(server)) {
                client.sendRaw(RawClient.bytes("00 00 01 01 7f 00 00 01 00 01 2e")); // a fragment
                client.send(origin.address(), new byte[3]);
                origin.expect(new byte[3]);
                origin.answer(new byte[5]);
                client.receive(origin.address());
                client.send(origin.address(), new byte[4]);
                origin.expect(new byte[4]); // By now, what was before it has been counted.
                ServerStatistics statistics = server.statistics();
                assertThat(statistics.associations()).isEqualTo(1);
                assertThat(statistics.tunnels()).isZero();
                assertThat(statistics.bytesUp()).isGreaterThanOrEqualTo(3);
                assertThat(statistics.bytesDown()).isEqualTo(5);
                assertThat(statistics.datagrams().fragments()).isEqualTo(1);
            }
            DatagramCounts counts = events.ending().datagrams();
            assertThat(counts).isEqualTo(new DatagramCounts(2, 1, 1, 0, 0, 0, 0));
            assertThat(server.statistics()).isEqualTo(new ServerStatistics(0, 0, 0, 1, 0, 0, 0, 0, 7, 5, counts));
        }
    }
}
