package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRule;
import dev.socks5.server.AccessRules;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Resolver;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import dev.socks5.server.Verdict;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a UDP association relays, and what it drops. Every drop is seen in the counts. */
@Timeout(60)
class UdpRelayTest {

    private static final byte[] PING = text("ping");
    private static final byte[] PONG = text("pong");

    private final Recorder events = new Recorder();

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1).listener(events);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Endpoint named(String name, int port) {
        return new Endpoint(new DomainName(name), port);
    }

    /** The counts of the association, which is ended for that. */
    private DatagramCounts counts(UdpClient client) throws Exception {
        client.close();
        return events.ending().datagrams();
    }

    /** When this has come back, everything sent before it has been dealt with. */
    private static void roundTrip(UdpClient client, UdpOrigin origin) throws IOException {
        client.send(origin.address(), PING);
        origin.expect(PING);
        origin.answer(PONG);
        assertThat(client.receive(origin.address())).isEqualTo(PONG);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_400, 8_193, 60_000, 65_497})
    void relaysPayloadsOfAnyLengthBothWays(int length) throws Exception {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.send(origin.address(), payload);
            origin.expect(payload);
            origin.answer(payload);
            assertThat(client.receive(origin.address())).isEqualTo(payload);
            client.close();
            SessionEnd ending = events.ending();
            assertThat(ending.bytesUp()).isEqualTo(length);
            assertThat(ending.bytesDown()).isEqualTo(length);
            assertThat(ending.datagrams()).isEqualTo(new DatagramCounts(1, 1, 0, 0, 0, 0, 0));
        }
    }

    @Test
    void anAnswerTooLongForAHeaderIsLostAndNothingElse() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            roundTrip(client, origin);
            origin.answer(new byte[65_507]);
            roundTrip(client, origin);
            assertThat(counts(client)).isEqualTo(new DatagramCounts(2, 2, 0, 0, 0, 0, 1));
        }
    }

    @Test
    void reachesBothAddressFamiliesFromOneAssociation() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin ipv4 = new UdpOrigin();
                UdpOrigin ipv6 = new UdpOrigin("::1");
                UdpClient client = new UdpClient(server)) {
            roundTrip(client, ipv4);
            roundTrip(client, ipv6);
            roundTrip(client, ipv4);
        }
    }

    @Test
    void anIpv4MappedDestinationIsTheIpv4Address() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.send(Endpoint.parse("[::ffff:127.0.0.1]:" + origin.address().getPort()), PING);
            origin.expect(PING);
            origin.answer(PONG);
            assertThat(client.receive(origin.address())).isEqualTo(PONG);
        }
    }

    @Test
    void looksNamesUpOnceAndNotOnTheLoop() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger lookups = new AtomicInteger();
        Resolver slow = name -> {
            lookups.incrementAndGet();
            await(release);
            return List.of(InetAddress.getByName("127.0.0.1"));
        };
        try (Socks5Server server = builder().resolver(slow).start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            Endpoint name = named("origin.test", origin.address().getPort());
            client.send(name, text("1")).send(name, text("2"));
            roundTrip(client, origin); // does not wait for the look-up
            release.countDown();
            origin.expect(text("1"));
            origin.expect(text("2"));
            client.send(name, text("3"));
            origin.expect(text("3"));
            origin.answer(PONG);
            assertThat(client.receive(origin.address())).isEqualTo(PONG);
            assertThat(lookups).hasValue(1);
        }
    }

    private static Resolver loopbackAfter(CountDownLatch latch) {
        return name -> {
            await(latch);
            return List.of(InetAddress.getByName("127.0.0.1"));
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void oneLookUpTooManyIsLostAndTriedAgainWithTheNextDatagram() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (Socks5Server server = builder().resolver(loopbackAfter(release)).start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            int port = origin.address().getPort();
            for (int i = 0; i < Destinations.MAX_LOOKUPS; i++) {
                client.send(named("origin" + i + ".test", port), PING);
            }
            Endpoint oneMore = named("more.test", port);
            client.send(oneMore, text("1"));
            roundTrip(client, origin);
            release.countDown();
            for (int i = 0; i < Destinations.MAX_LOOKUPS; i++) {
                origin.expect(PING);
            }
            client.send(oneMore, text("2"));
            origin.expect(text("2"));
            assertThat(counts(client)).isEqualTo(new DatagramCounts(Destinations.MAX_LOOKUPS + 2, 1, 0, 0, 0, 0, 1));
        }
    }

    @Test
    void whatWaitsForALookUpIsBounded() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (Socks5Server server = builder().resolver(loopbackAfter(release)).start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            Endpoint name = named("origin.test", origin.address().getPort());
            for (int i = 0; i < Destinations.MAX_WAITING + 3; i++) {
                client.send(name, PING);
            }
            roundTrip(client, origin);
            release.countDown();
            for (int i = 0; i < Destinations.MAX_WAITING; i++) {
                origin.expect(PING);
            }
            assertThat(counts(client)).isEqualTo(new DatagramCounts(Destinations.MAX_WAITING + 1, 1, 0, 0, 0, 0, 3));
        }
    }

    @Test
    void whatWaitedForADestinationSinceForgottenIsLost() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (Socks5Server server = builder().resolver(loopbackAfter(release)).start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.send(named("origin.test", origin.address().getPort()), PING);
            for (int i = 0; i < Destinations.CAPACITY; i++) {
                client.send(Endpoint.parse("127.0.%d.%d:9".formatted(1 + i / 250, i % 250)), PING);
                if (i % 32 == 0) {
                    roundTrip(client, origin); // No more at once than the system has room for.
                }
            }
            roundTrip(client, origin);
            release.countDown();
            do { // The result comes back on the loop.
                roundTrip(client, origin);
            } while (server.statistics().datagrams().dropped() == 0);
            DatagramCounts counts = counts(client);
            assertThat(counts.lost()).isEqualTo(1);
            assertThat(counts.refused()).isZero();
        }
    }

    @Test
    void theOctetsThatWaitForALookUpAreBounded() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        byte[] large = new byte[40_000];
        try (Socks5Server server = builder().resolver(loopbackAfter(release)).start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            Endpoint name = named("origin.test", origin.address().getPort());
            client.send(name, large);
            roundTrip(client, origin);
            client.send(name, large); // does not fit any more
            roundTrip(client, origin);
            release.countDown();
            origin.expect(large);
            assertThat(counts(client)).isEqualTo(new DatagramCounts(3, 2, 0, 0, 0, 0, 1));
        }
    }

    @Test
    void lookUpsUnderWayAreBounded() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger lookups = new AtomicInteger();
        Resolver slow = name -> {
            lookups.incrementAndGet();
            await(release);
            throw new UnknownHostException(name);
        };
        try (Socks5Server server = builder().resolver(slow).start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            for (int i = 0; i < Destinations.MAX_LOOKUPS + 5; i++) {
                client.send(named("n" + i + ".test", 9), PING);
            }
            roundTrip(client, origin);
            release.countDown();
            DatagramCounts counts;
            do { // The results come back one by one, on the loop.
                roundTrip(client, origin);
            } while (lookups.get() < Destinations.MAX_LOOKUPS);
            counts = counts(client);
            assertThat(lookups).hasValue(Destinations.MAX_LOOKUPS);
            assertThat(counts.lost()).isEqualTo(5);
            assertThat(counts.refused()).isBetween(0L, (long) Destinations.MAX_LOOKUPS);
        }
    }

    @Test
    void namesThatAreNotFoundAreDropped() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        Resolver nobody = name -> {
            asked.countDown();
            throw new UnknownHostException(name);
        };
        try (Socks5Server server = builder().resolver(nobody).start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.send(named("nowhere.test", 9), PING).send(named("no host name", 9), PING);
            asked.await();
            roundTrip(client, origin);
        }
    }

    @Test
    void onlyTheClientsAddressIsHeard() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                DatagramSocket stranger = UdpClient.socket("127.0.0.2");
                UdpClient client = new UdpClient(server)) {
            client.sendRaw(stranger, UdpClient.datagram(Endpoint.of(origin.address()), text("stranger")));
            roundTrip(client, origin);
            client.sendRaw(stranger, UdpClient.datagram(Endpoint.of(origin.address()), text("stranger")));
            roundTrip(client, origin);
            assertThat(counts(client)).isEqualTo(new DatagramCounts(2, 2, 0, 0, 2, 0, 0));
        }
    }

    @Test
    void theFirstProperDatagramSettlesThePort() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                DatagramSocket other = UdpClient.socket("127.0.0.1");
                UdpClient client = new UdpClient(server)) {
            byte[] proper = UdpClient.datagram(Endpoint.of(origin.address()), text("other"));
            client.sendRaw(other, text("rubbish")); // settles nothing
            roundTrip(client, origin);
            client.sendRaw(other, proper);
            roundTrip(client, origin);
            assertThat(counts(client)).isEqualTo(new DatagramCounts(2, 2, 0, 1, 1, 0, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"01", "7f", "80", "ff"})
    void fragmentsAreDroppedAndCounted(String fragment) throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            String header = "00 00 %s 01 7f 00 00 01 %s"
                    .formatted(fragment, RawClient.port(origin.address().getPort()));
            client.sendRaw(RawClient.bytes(header + " 2e"));
            roundTrip(client, origin);
            assertThat(counts(client)).isEqualTo(new DatagramCounts(1, 1, 1, 0, 0, 0, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // empty
                "00 00 00", // no address
                "00 00 00 01 7f 00 00 01 00", // cut short
                "00 00 00 02 7f 00 00 01 00 09 2e", // unknown type of address
                "00 00 00 03 00 00 09 2e", // empty name
                "00 00 00 03 ff 61 00 09 2e", // name cut short
            })
    void malformedDatagramsAreDroppedAndCounted(String datagram) throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.sendRaw(RawClient.bytes(datagram));
            roundTrip(client, origin);
            assertThat(counts(client)).isEqualTo(new DatagramCounts(1, 1, 0, 1, 0, 0, 0));
        }
    }

    @Test
    void theReservedOctetsAreIgnored() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.sendRaw(RawClient.bytes("ff ff 00 01 7f 00 00 01 %s 2e"
                    .formatted(RawClient.port(origin.address().getPort()))));
            origin.expect(text("."));
        }
    }

    @Test
    void answersAreTakenFromContactedDestinationsOnly() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpOrigin stranger = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            roundTrip(client, origin);
            byte[] unasked = text("unasked");
            stranger.socket().send(new DatagramPacket(unasked, unasked.length, toLoopback(origin.relay())));
            roundTrip(client, origin);
            roundTrip(client, stranger); // and now it has been contacted
            stranger.answer(unasked);
            assertThat(client.receive(stranger.address())).isEqualTo(unasked);
            assertThat(counts(client)).isEqualTo(new DatagramCounts(3, 4, 0, 0, 1, 0, 0));
        }
    }

    private static InetSocketAddress toLoopback(InetSocketAddress address) {
        return new InetSocketAddress("127.0.0.1", address.getPort());
    }

    @Test
    void destinationsAreBoundedAndTheOldestIsForgotten() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin oldest = new UdpOrigin();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            roundTrip(client, oldest);
            for (int i = 1; i < Destinations.CAPACITY; i++) {
                client.send(new InetSocketAddress("127.1." + (i >> 8) + "." + (i & 0xFF), 9), PING);
                if (i % 32 == 0) {
                    roundTrip(client, oldest); // in use, and so none that batches could lose
                }
            }
            for (int i = 0; i < Destinations.CAPACITY - 1; i++) {
                client.send(new InetSocketAddress("127.2." + (i >> 8) + "." + (i & 0xFF), 9), PING);
                if (i % 32 == 0) {
                    roundTrip(client, origin);
                }
            }
            oldest.answer(text("late"));
            roundTrip(client, origin);
            assertThat(counts(client).foreign()).isEqualTo(1);
        }
    }

    @Test
    void everyDestinationIsJudged() throws Exception {
        try (Socks5Server server = builder()
                        .accessRule(AccessRules.builder().deny("127.0.0.1:9").build())
                        .resolver(name -> List.of(InetAddress.getByName("127.0.0.1")))
                        .start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.send(new InetSocketAddress("127.0.0.1", 9), PING);
            client.send(new InetSocketAddress("169.254.169.254", 80), PING); // cloud metadata, by default
            client.send(new InetSocketAddress("224.0.0.1", 9), PING); // multicast
            client.send(Endpoint.parse("0.0.0.0:9"), PING);
            client.send(named("127.0.0.1", 9), PING); // an address in the place of a name
            client.send(named("0x7f.1", origin.address().getPort()), PING);
            roundTrip(client, origin);
            assertThat(counts(client)).isEqualTo(new DatagramCounts(1, 1, 0, 0, 0, 6, 0));
        }
    }

    @Test
    void aNameThatLeadsToARefusedAddressIsDropped() throws Exception {
        CountDownLatch judged = new CountDownLatch(1);
        AccessRule rule = new AccessRule() {
            @Override
            public Verdict judge(AccessRequest request) {
                if (request.resolved() != null && request.destination().address() instanceof DomainName) {
                    judged.countDown();
                    return Verdict.deny("rebound");
                }
                return Verdict.undecided();
            }

            @Override
            public boolean mayBlock() {
                return false;
            }
        };
        try (Socks5Server server = builder()
                        .accessRule(rule)
                        .resolver(name -> List.of(InetAddress.getByName("127.0.0.1")))
                        .start();
                UdpOrigin origin = new UdpOrigin();
                UdpOrigin target = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.send(named("rebinding.test", target.address().getPort()), PING);
            judged.await();
            roundTrip(client, origin);
            UdpClient.expectNothing(target.socket());
        }
    }

    @Test
    void portsThatNobodyListensOnDoNotEndIt() throws Exception {
        InetSocketAddress nobody;
        try (UdpOrigin gone = new UdpOrigin()) {
            nobody = gone.address();
        }
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.send(nobody, PING).send(Endpoint.parse("127.0.0.1:0"), PING);
            roundTrip(client, origin);
            assertThat(counts(client)).isEqualTo(new DatagramCounts(2, 1, 0, 0, 0, 0, 1));
        }
    }
}
