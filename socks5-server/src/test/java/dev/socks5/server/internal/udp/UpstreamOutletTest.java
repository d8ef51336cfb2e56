package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.DatagramPath;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.UdpHeader;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Loops;
import dev.socks5.server.UdpOrigin;
import dev.socks5.server.internal.command.UpstreamCommandsTest;
import dev.socks5.server.internal.net.Egress;
import dev.socks5.server.internal.net.EventLoop;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom an association through two upstreams hears. The rest is in {@link UpstreamCommandsTest}. */
@Timeout(60)
class UpstreamOutletTest {

    private static final Endpoint DESTINATION = Endpoint.parse("192.0.2.80:53");

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    private final class Receiver implements Outlet.Receiver {
        @Override
        public void answered() {}

        @Override
        public void deliver(ByteBuffer datagram, int length) {
            heard.add("delivered " + length);
        }

        @Override
        public void refuse() {
            heard.add("refused");
        }

        @Override
        public void lose() {
            heard.add("lost");
        }

        @Override
        public void abort(CloseReason reason) {
            heard.add("aborted " + reason);
        }
    }

    private static byte[] datagram(Endpoint... sources) {
        ByteBuffer datagram = ByteBuffer.allocate(1_000);
        for (Endpoint source : sources) {
            UdpHeader.of(source).encode(datagram);
        }
        datagram.put((byte) 42).flip();
        byte[] octets = new byte[datagram.remaining()];
        datagram.get(octets);
        return octets;
    }

    private static DatagramPath.Relay relay(Endpoint address) {
        return new DatagramPath.Relay(address, Optional.empty());
    }

    private String answer(String secondRelay, byte[] answer) throws Exception {
        EventLoop loop = Loops.open();
        loop.start();
        try (UdpOrigin firstRelay = new UdpOrigin()) {
            CompletableFuture<Object> sent = new CompletableFuture<>();
            loop.execute(() -> {
                try {
                    UpstreamOutlet outlet = new UpstreamOutlet(
                            loop,
                            Egress.ANY,
                            firstRelay.address(),
                            List.of(relay(Endpoint.of(firstRelay.address())), relay(Endpoint.parse(secondRelay))),
                            new Receiver());
                    sent.complete(outlet.to(DESTINATION).send(ByteBuffer.allocate(1)));
                } catch (Throwable e) {
                    sent.completeExceptionally(e);
                }
            });
            assertThat(sent.get(10, TimeUnit.SECONDS)).isEqualTo(true);
            firstRelay.take();
            firstRelay.answer(answer);
            return heard.poll(10, TimeUnit.SECONDS);
        } finally {
            loop.stop();
            loop.join();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1:9, 192.0.2.1:9, delivered 1",
        "192.0.2.1:9, [::ffff:192.0.2.1]:9, delivered 1",
        "192.0.2.1:9, 192.0.2.2:9, refused",
        "192.0.2.1:9, 192.0.2.1:10, refused",
        "relay.example:9, 192.0.2.2:9, delivered 1",
        "relay.example:9, 192.0.2.2:10, refused"
    })
    void onlyTheSecondRelayIsHeardThroughTheFirst(String relay, String source, String outcome) throws Exception {
        assertThat(answer(relay, datagram(Endpoint.parse(source), DESTINATION))).isEqualTo(outcome);
    }

    @Test
    void aHeaderTooFewIsNone() throws Exception {
        assertThat(answer("192.0.2.1:9", datagram(DESTINATION))).isEqualTo("refused");
    }
}
