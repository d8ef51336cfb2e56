package dev.socks5.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRules;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Connector;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Route;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.UdpClient;
import dev.socks5.server.Warnings;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Associations whose datagrams go by a dialler of the application. */
@Timeout(60)
class DatagramTransportTest {

    private static final String REQUEST = "05 03 00 01 00 00 00 00 00 00";
    private static final Endpoint NAME = Endpoint.of("sensor.internal", 7);

    private final Recorder events = new Recorder();
    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final BlockingQueue<DatagramTransport.Receiver> receivers = new LinkedBlockingQueue<>();

    /** Takes everything, and leaves the answers to the test. */
    private final class Taking implements Dialer {
        @Override
        public Transport dial(DialRequest request) throws IOException {
            throw new IOException("for datagrams alone");
        }

        @Override
        public DatagramTransport associate(AccessRequest request, DatagramTransport.Receiver answers)
                throws IOException {
            receivers.add(answers);
            return transport();
        }

        @Override
        public boolean mayBlock() {
            return false;
        }
    }

    private DatagramTransport transport() {
        return new DatagramTransport() {
            @Override
            public boolean send(Endpoint to, ByteBuffer payload) throws IOException {
                String text = StandardCharsets.US_ASCII.decode(payload).toString();
                sent.add(to + " " + text);
                if (text.equals("throw")) {
                    throw new IllegalStateException("broken on purpose");
                }
                if (text.equals("fail")) {
                    throw new IOException("broken on purpose");
                }
                return !text.equals("refuse");
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
    }

    private Socks5ServerBuilder builder(Dialer dialer) {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .listener(events)
                .connector(Connector.always(Route.by(dialer)));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private @Nullable String takeSent() throws InterruptedException {
        return sent.poll(10, TimeUnit.SECONDS);
    }

    private static void expect(UdpClient client, Endpoint from, byte[] payload) throws IOException {
        assertThat(client.receive(from)).isEqualTo(payload);
    }

    @Test
    void namesAndAddressesGoAsTheyAreAndAnswersComeBack() throws Exception {
        try (Socks5Server server = builder(new Taking()).start();
                UdpClient client = new UdpClient(server)) {
            client.send(Endpoint.of("SENSOR.internal", 7), ascii("ping"));
            assertThat(takeSent()).isEqualTo("sensor.internal:7 ping");
            DatagramTransport.Receiver answers = receivers.remove();
            answers.received(NAME, ByteBuffer.wrap(ascii("pong")));
            expect(client, NAME, ascii("pong"));
            client.send(Endpoint.of("127.0.0.9", 7), ascii("ping"));
            assertThat(takeSent()).isEqualTo("127.0.0.9:7 ping");
            answers.received(Endpoint.of("127.0.0.9", 7), ByteBuffer.wrap(ascii("")));
            expect(client, Endpoint.of("127.0.0.9", 7), ascii(""));
            client.close();
            SessionEnd end = events.ending();
            assertThat(end.reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(end.datagrams()).isEqualTo(new DatagramCounts(2, 2, 0, 0, 0, 0, 0));
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whatTheRulesRefuseIsNotSentAndWhatCannotBeSentIsLost() throws Exception {
        Warnings warnings = new Warnings();
        try (Socks5Server server = builder(new Taking())
                        .accessRule(AccessRules.builder().deny("denied.example").build())
                        .start();
                UdpClient client = new UdpClient(server)) {
            client.send(Endpoint.of("denied.example", 7), ascii("1"));
            client.send(Endpoint.of("169.254.169.254", 80), ascii("2"));
            client.send(NAME, ascii("refuse"));
            client.send(NAME, ascii("throw"));
            client.send(NAME, ascii("fail"));
            client.send(NAME, ascii("last"));
            assertThat(takeSent()).isEqualTo("sensor.internal:7 refuse");
            assertThat(takeSent()).isEqualTo("sensor.internal:7 throw");
            assertThat(takeSent()).isEqualTo("sensor.internal:7 fail");
            assertThat(takeSent()).isEqualTo("sensor.internal:7 last");
            client.close();
            assertThat(events.ending().datagrams()).isEqualTo(new DatagramCounts(1, 0, 0, 0, 0, 2, 3));
        }
        assertThat(warnings.seen())
                .filteredOn(seen -> seen.startsWith("a transport of datagrams"))
                .containsExactly("a transport of datagrams has failed to send to sensor.internal:7: "
                        + "java.lang.IllegalStateException: broken on purpose");
    }

    @Test
    void anAnswerThatNobodyHasAskedForIsDropped() throws Exception {
        try (Socks5Server server = builder(new Taking()).start();
                UdpClient client = new UdpClient(server)) {
            client.send(NAME, ascii("ping"));
            takeSent();
            DatagramTransport.Receiver answers = receivers.remove();
            answers.received(Endpoint.of("other.internal", 7), ByteBuffer.wrap(ascii("x")));
            answers.received(Endpoint.of("sensor.internal", 8), ByteBuffer.wrap(ascii("x")));
            answers.received(NAME, ByteBuffer.wrap(ascii("pong")));
            expect(client, NAME, ascii("pong"));
            client.close();
            assertThat(events.ending().datagrams()).isEqualTo(new DatagramCounts(1, 1, 0, 0, 2, 0, 0));
        }
    }

    /** The loop is held up meanwhile, by the transport itself. */
    @Test
    void whatDoesNotFitIsDroppedAndCounted() throws Exception {
        CountDownLatch flooded = new CountDownLatch(1);
        CountDownLatch sending = new CountDownLatch(1);
        Taking blocking = new Taking();
        Dialer dialer = new Dialer() {
            @Override
            public Transport dial(DialRequest request) throws IOException {
                return blocking.dial(request);
            }

            @Override
            public DatagramTransport associate(AccessRequest request, DatagramTransport.Receiver answers)
                    throws IOException {
                receivers.add(answers);
                return new DatagramTransport() {
                    @Override
                    public boolean send(Endpoint to, ByteBuffer payload) {
                        sending.countDown();
                        try {
                            return flooded.await(10, TimeUnit.SECONDS);
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    }

                    @Override
                    public void close() {
                        closed.countDown();
                    }
                };
            }
        };
        try (Socks5Server server = builder(dialer).start();
                UdpClient client = new UdpClient(server)) {
            client.send(NAME, ascii("ping"));
            assertThat(sending.await(10, TimeUnit.SECONDS)).isTrue();
            DatagramTransport.Receiver answers = receivers.remove();
            for (int i = 0; i < 300; i++) {
                answers.received(NAME, ByteBuffer.wrap(ascii("x")));
            }
            answers.received(NAME, ByteBuffer.allocate(300 * 1024));
            flooded.countDown();
            for (int i = 0; i < 256; i++) {
                expect(client, NAME, ascii("x"));
            }
            client.close();
            assertThat(events.ending().datagrams()).isEqualTo(new DatagramCounts(1, 256, 0, 0, 0, 0, 45));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @SuppressWarnings("NullAway") // Null is what not every language forbids.
    void aTransportThatFailsEndsTheAssociation(boolean saysWhy) throws Exception {
        try (Socks5Server server = builder(new Taking()).start();
                UdpClient client = new UdpClient(server)) {
            DatagramTransport.Receiver answers = receivers.remove();
            answers.failed(saysWhy ? new IOException("broken on purpose") : null);
            client.control().expectDropped();
            assertThat(events.ending().reason()).isEqualTo(CloseReason.BROKEN);
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            answers.received(NAME, ByteBuffer.wrap(ascii("late")));
            answers.failed(new IOException("again"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneThatFailsBeforeTheReplyIsAFailure(boolean onTheLoop) throws Exception {
        Dialer dialer = new Dialer() {
            @Override
            public Transport dial(DialRequest request) throws IOException {
                throw new IOException("for datagrams alone");
            }

            @Override
            public DatagramTransport associate(AccessRequest request, DatagramTransport.Receiver answers) {
                answers.failed(new ConnectException("broken on purpose"));
                return transport();
            }
        };
        Dialer called = onTheLoop ? Dialer.nonBlocking(dialer) : dialer;
        try (Socks5Server server = builder(called).start();
                RawClient client =
                        new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
            client.send(REQUEST).expectFailure(0x05);
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            client.close();
            assertThat(events.until("closed"))
                    .contains("requestFailed 5 the dialler: ConnectException: broken on purpose");
        }
    }

    @Test
    void oneThatComesTooLateIsClosed() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        Dialer slow = new Dialer() {
            @Override
            public Transport dial(DialRequest request) throws IOException {
                throw new IOException("for datagrams alone");
            }

            @Override
            public DatagramTransport associate(AccessRequest request, DatagramTransport.Receiver answers)
                    throws IOException {
                try {
                    late.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return transport();
            }
        };
        try (Socks5Server server =
                        builder(slow).connectTimeout(Duration.ofMillis(100)).start();
                RawClient client =
                        new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
            client.send(REQUEST).expectFailure(0x01);
            late.countDown();
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
