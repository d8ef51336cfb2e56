package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From when the times of events are counted: each lies between two that the client takes itself. */
@Timeout(60)
class EventTimesTest {

    private static final long PAUSE_MILLIS = 300;

    private final BlockingQueue<Duration> taken = new LinkedBlockingQueue<>();
    private final Recorder events = new Recorder();

    private Socks5Server start() throws IOException {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .listener(events)
                .listener(new Socks5ServerListener() {
                    @Override
                    public void connected(SessionInfo session, InetSocketAddress peer, Duration time) {
                        taken.add(time);
                    }
                })
                .start();
    }

    private Duration taken() throws InterruptedException {
        Duration time = taken.poll(10, TimeUnit.SECONDS);
        assertThat(time).isNotNull();
        return time;
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    @Test
    void ofConnect() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = start()) {
            long beforeAcceptance = System.nanoTime();
            RawClient client = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
            long afterAcceptance = System.nanoTime();
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS); // Of the handshake, and not of the request.
            long beforeRequest = System.nanoTime();
            client.send(RawClient.connect(origin.address())).expectSuccess();
            assertThat(taken()).isPositive().isLessThanOrEqualTo(since(beforeRequest));
            Duration atLeast = since(afterAcceptance);
            client.reset();
            assertThat(events.ending().duration()).isBetween(atLeast, since(beforeAcceptance));
        }
    }

    @Test
    void ofBind() throws Exception {
        try (Socks5Server server = start();
                RawClient client =
                        new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                Socket peer = new Socket()) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            long beforeRequest = System.nanoTime();
            InetSocketAddress bound =
                    client.send("05 02 00 01 7f 00 00 01 00 00").readReply();
            long afterRequest = System.nanoTime();
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS); // Until the peer comes: that counts.
            peer.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            Duration atLeast = since(afterRequest);
            peer.connect(bound);
            client.expectSuccess();
            assertThat(taken()).isBetween(atLeast, since(beforeRequest));
        }
    }
}
