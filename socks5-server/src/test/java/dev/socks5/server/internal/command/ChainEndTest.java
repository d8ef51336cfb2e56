package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.Connector;
import dev.socks5.server.Deaf;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Recorder;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Upstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever ends a chain on its way leaves nothing open. */
@Timeout(60)
class ChainEndTest {

    private static final Duration SHORT = Duration.ofMillis(400);

    private final Recorder events = new Recorder();

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0);
    }

    private Socks5ServerBuilder through(Upstream first, Upstream... next) {
        return builder().connector(Connector.always(Route.through(first, next))).listener(events);
    }

    private static RawClient request(Socks5Server server) throws IOException {
        return new RawClient(server)
                .send(RawClient.GREETING)
                .expect(RawClient.ANONYMOUS)
                .send(RawClient.connect("origin.example", 80));
    }

    @Test
    void aFurtherOneThatStallsIsNamed() throws Exception {
        try (Socks5Server first = builder().start();
                RawUpstream second = new RawUpstream();
                Socks5Server front = through(
                                new Upstream(Endpoint.of(first.localAddresses().get(0)), null), second.upstream())
                        .connectTimeout(SHORT)
                        .start();
                RawClient client = request(front)) {
            second.accept().expect(RawClient.GREETING);
            client.expectFailure(0x04);
            second.expectEnd();
            assertThat(events.until("requestFailed").toString())
                    .contains(
                            "timed out at upstream 2 of 2, " + second.upstream().endpoint());
        }
    }

    /** Where it stalls: after so much of its answers. */
    @ParameterizedTest
    @CsvSource({"''", "05", "05 00", "05 00 05 00 00 01"})
    void oneThatStallsIsNotWaitedForAndIsHungUpOn(String answers) throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server front =
                        through(upstream.upstream()).connectTimeout(SHORT).start();
                RawClient client = request(front)) {
            upstream.accept().expect(RawClient.GREETING).send(answers);
            client.expectFailure(0x04);
            upstream.socket().getInputStream().readAllBytes(); // It ends: nothing is left open.
            assertThat(events.until("requestFailed").toString())
                    .contains("connect timed out at upstream "
                            + upstream.upstream().endpoint());
        }
    }

    @Test
    void noneIsLeftOpenWhenTheServerCloses() throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server front = through(upstream.upstream()).start()) {
            List<RawClient> clients = new ArrayList<>();
            List<Socket> hops = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                clients.add(request(front));
                hops.add(upstream.accept().expect(RawClient.GREETING).socket());
            }
            front.close();
            for (Socket hop : hops) {
                assertThat(hop.getInputStream().read()).isEqualTo(-1);
            }
            for (RawClient client : clients) {
                client.expectDropped();
                client.close();
            }
            for (int i = 0; i < 50; i++) {
                List<String> seen = events.until("closed");
                assertThat(seen.get(seen.size() - 1)).isEqualTo("closed 0 0 SHUTDOWN");
            }
        }
    }

    @Test
    void oneWhoseNameIsFoundTooLateIsNotDialled() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server front = through(new Upstream(
                                Endpoint.of("hop.example", upstream.address().getPort()), null))
                        .eventLoops(1)
                        .connectTimeout(SHORT)
                        .resolver(name -> {
                            await(late);
                            return List.of(InetAddress.getByName("127.0.0.1"));
                        })
                        .executor(task -> new Thread(() -> {
                                    task.run();
                                    done.countDown();
                                })
                                .start())
                        .start();
                RawClient client = new RawClient(front).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                RawClient other = new RawClient(front)) {
            client.send(RawClient.connect(Origin.nobody())).expectFailure(0x04);
            late.countDown();
            await(done); // The result is with the loop now,
            other.send(RawClient.GREETING).expect(RawClient.ANONYMOUS); // which has taken it when it answers twice.
            other.send("05 09 00 01 7f 00 00 01 00 50").expectFailure(0x07);
            try (Socket own = new Socket(
                    upstream.address().getAddress(), upstream.address().getPort())) {
                assertThat(upstream.accept().socket().getRemoteSocketAddress()).isEqualTo(own.getLocalSocketAddress());
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneThatIsDeafIsNotWaitedFor() throws Exception {
        try (Deaf deaf = new Deaf("127.0.0.1");
                Socks5Server front = through(new Upstream(Endpoint.of(deaf.address()), null))
                        .connectTimeout(SHORT)
                        .start();
                RawClient client = request(front)) {
            client.expectFailure(0x04);
            assertThat(events.until("requestFailed").toString()).contains("timed out at upstream");
        }
    }
}
