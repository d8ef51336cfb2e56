package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.Remains;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The room for datagrams that wait for look-ups is given back, whatever becomes of them, and so are the look-ups. */
@Timeout(60)
class LookUpQueueTest {

    private static final byte[] PING = {'p', 'i', 'n', 'g'};
    private static final int ROUNDS = 3;

    private final Semaphore answers = new Semaphore(0);

    /** Names that begin with "no" are not found. */
    private List<InetAddress> slow(String name) throws UnknownHostException {
        answers.acquireUninterruptibly();
        if (name.startsWith("no")) {
            throw new UnknownHostException(name);
        }
        return List.of(InetAddress.getByName("127.0.0.1"));
    }

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1).resolver(this::slow);
    }

    private static Endpoint named(String name, UdpOrigin origin) {
        return new Endpoint(new DomainName(name), origin.address().getPort());
    }

    @Test
    void asManyDatagramsWaitTheNextTime() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < Destinations.MAX_WAITING; i++) {
                    client.send(named("yes" + round, origin), PING);
                }
                client.send(origin.address(), new byte[] {'!'}); // Behind them: so they have been taken.
                origin.expect(new byte[] {'!'});
                answers.release();
                for (int i = 0; i < Destinations.MAX_WAITING; i++) {
                    origin.expect(PING);
                }
            }
            assertThat(server.statistics().datagrams().dropped()).isZero();
        }
    }

    @Test
    void asManyOctetsWaitTheNextTime() throws Exception {
        byte[] large = new byte[Destinations.MAX_WAITING_BYTES / 2];
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            for (int round = 0; round < ROUNDS; round++) {
                client.send(named("yes" + round, origin), large);
                client.send(named("yes" + round, origin), large);
                client.send(origin.address(), new byte[] {'!'});
                origin.expect(new byte[] {'!'});
                answers.release();
                origin.expect(large);
                origin.expect(large);
            }
            assertThat(server.statistics().datagrams().dropped()).isZero();
        }
    }

    @Test
    void whatIsNotFoundGivesItsRoomBackToo() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            long refused = 0;
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < Destinations.MAX_WAITING; i++) {
                    client.send(named("no" + round, origin), PING);
                }
                client.send(origin.address(), new byte[] {'!'});
                origin.expect(new byte[] {'!'});
                answers.release();
                refused += Destinations.MAX_WAITING;
                long expected = refused;
                Remains.await(() -> server.statistics().datagrams().refused() == expected);
            }
            assertThat(server.statistics().datagrams().lost()).isZero();
        }
    }

    @Test
    void asManyLookUpsGoOnTheNextTime() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < Destinations.MAX_LOOKUPS; i++) {
                    client.send(named("yes" + round + "-" + i, origin), PING);
                }
                answers.release(Destinations.MAX_LOOKUPS);
                for (int i = 0; i < Destinations.MAX_LOOKUPS; i++) {
                    origin.expect(PING);
                }
            }
            assertThat(server.statistics().datagrams().dropped()).isZero();
        }
    }
}
