package dev.socks5.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.Reply;
import dev.socks5.conformance.suite.Transcript.Direction;
import dev.socks5.conformance.suite.Transcript.Entry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WireTest {

    private static final Patience SHORT = new Patience(Duration.ofMillis(200), Duration.ofMillis(50));
    private static final Patience LONG = new Patience(Duration.ofSeconds(20), Duration.ofMillis(50));

    private final Transcript transcript = new Transcript();
    private SocketChannel near;
    private Socket far;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            near = SocketChannel.open(listener.getLocalAddress());
            far = listener.accept().socket();
        }
    }

    @AfterEach
    void close() throws IOException {
        near.close();
        far.close();
    }

    @Test
    void receivesAMessageAndNoByteBeyond() throws Exception {
        Wire wire = new Wire("proxy", near, transcript, LONG);
        far.getOutputStream().write(Hex.bytes("05 00 00 01 7F 00 00 01 00 50 AA BB"));

        Reply reply = wire.receive(Label.REPLY, "a reply", Reply::decode);

        assertThat(reply).isEqualTo(Reply.success(Endpoint.parse("127.0.0.1:80")));
        assertThat(wire.receive(Label.RAW, "the rest", 2)).containsExactly(0xAA, 0xBB);
        assertThat(transcript.entries()).extracting(Entry::length).containsExactly(10, 2);
    }

    @Test
    void saysWhatCameInsteadOfAMessage() throws Exception {
        Wire wire = new Wire("proxy", near, transcript, LONG);
        far.getOutputStream().write(Hex.bytes("04 5A"));

        assertThatThrownBy(() -> wire.receive(Label.REPLY, "a reply", Reply::decode))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("expected a reply, but 04 came, which is none");
    }

    @Test
    void saysThatTheConnectionWasClosed() throws Exception {
        Wire wire = new Wire("proxy", near, transcript, LONG);
        far.getOutputStream().write(Hex.bytes("05 01"));
        far.close();

        assertThatThrownBy(() -> wire.receive(Label.REPLY, "a reply", Reply::decode))
                .isInstanceOf(Violation.class)
                .hasMessage("expected a reply, but the connection was closed after 05 01");
    }

    @Test
    void saysThatNothingMoreCame() throws Exception {
        Wire wire = new Wire("proxy", near, transcript, SHORT);
        far.getOutputStream().write(1);

        assertThatThrownBy(() -> wire.receive(Label.RAW, "two bytes", 2))
                .isInstanceOf(Violation.class)
                .hasMessage("expected two bytes (2 bytes), but nothing more came in 200 ms after 01");
    }

    @Test
    void tellsAnEndFromAReset() throws Exception {
        Wire wire = new Wire("proxy", near, transcript, LONG);
        far.getOutputStream().write(7);
        far.shutdownOutput();
        Wire.Rest rest = wire.receiveRest(100);
        assertThat(rest.end()).isEqualTo(Wire.End.FINISHED);
        assertThat(rest.bytes()).containsExactly(7);

        far.setSoLinger(true, 0);
        far.close();
        // What is written after a reset shows it, even if the end came before.
        while (wire.trySend(Label.RAW, new byte[1])) {
            Thread.onSpinWait();
        }
        assertThat(transcript.entries())
                .last()
                .satisfies(entry -> assertThat(entry.note()).startsWith("cannot be written to"));
    }

    @Test
    void seesAReset() throws Exception {
        Wire wire = new Wire("proxy", near, transcript, LONG);
        far.setSoLinger(true, 0);
        far.close();
        assertThat(wire.receiveRest(100).end()).isEqualTo(Wire.End.RESET);
    }

    @Test
    void anEndIsExpectedWithoutAByteBefore() throws Exception {
        Wire wire = new Wire("proxy", near, transcript, SHORT);
        assertThatThrownBy(() -> wire.expectEnd("the reply"))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("still open 200 ms later");
        far.getOutputStream().write(9);
        far.close();
        assertThatThrownBy(() -> wire.expectEnd("the reply"))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("but 09 came");
        wire.expectEnd("the rest");
    }

    @Test
    void silenceIsBrokenByAByteAndByTheEnd() throws Exception {
        Wire wire = new Wire("proxy", near, transcript, LONG);
        wire.expectSilence("yet");
        far.getOutputStream().write(9);
        assertThatThrownBy(() -> awaitNoise(wire)).hasMessage("nothing may come yet, but 09 came");
        far.close();
        assertThatThrownBy(() -> awaitNoise(wire)).hasMessage("nothing may come yet, but the connection was ended");
    }

    private static void awaitNoise(Wire wire) throws Exception {
        while (true) {
            wire.expectSilence("yet");
        }
    }

    @Test
    void saysThatAProgramTakesNothingMore() throws Exception {
        Wire wire = new Wire("proxy", near, transcript, SHORT);
        assertThatThrownBy(() -> wire.send(Label.RAW, new byte[64 << 20]))
                .isInstanceOf(Violation.class)
                .hasMessageMatching("the program took only \\d+ of 67108864 bytes in 200 ms");
    }

    @Test
    void sendsAMessageWithItsLabel() throws Exception {
        try (Wire wire = new Wire("proxy", near, transcript, LONG)) {
            wire.send(Greeting.of(AuthMethod.NO_AUTHENTICATION));
            wire.finish();
            assertThat(far.getInputStream().readAllBytes()).containsExactly(5, 1, 0);
        }
        assertThat(transcript.entries().get(0)).satisfies(entry -> {
            assertThat(entry.label()).isEqualTo(Label.GREETING);
            assertThat(entry.direction()).isEqualTo(Direction.SENT);
            assertThat(entry.bytes()).containsExactly(5, 1, 0);
        });
    }
}
