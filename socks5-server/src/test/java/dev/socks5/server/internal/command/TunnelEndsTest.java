package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.CloseReason;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.Recorder;
import dev.socks5.server.ServerStatistics;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.TunnelKind;
import dev.socks5.server.TunnelKind.Ends;
import dev.socks5.server.TunnelKind.Side;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How tunnels of each kind end, whichever side it is that ends first. */
@Timeout(60)
public class TunnelEndsTest {

    private final Recorder events = new Recorder();

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).listener(events);
    }

    static Stream<Arguments> kindsAndSides() {
        return Stream.of(TunnelKind.values())
                .flatMap(kind -> Stream.of(Side.values()).map(side -> Arguments.of(kind, side)));
    }

    private static int read(Socket socket) throws IOException {
        return socket.getInputStream().read();
    }

    private static void assertReset(Socket socket) {
        assertThatThrownBy(() -> read(socket)).isInstanceOf(SocketException.class);
    }

    private void assertEnding(CloseReason reason, long up, long down) throws InterruptedException {
        SessionEnd ending = events.ending();
        assertThat(ending.reason()).isEqualTo(reason);
        assertThat(ending.bytesUp()).isEqualTo(up);
        assertThat(ending.bytesDown()).isEqualTo(down);
        assertThat(ending.datagrams()).isEqualTo(DatagramCounts.NONE);
    }

    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void bothEndAndWhatEachHasSentIsCounted(TunnelKind kind, Side first) throws Exception {
        try (Ends ends = kind.open(builder())) {
            ends.client().send(new byte[3]);
            assertThat(ends.far().getInputStream().readNBytes(3)).hasSize(3);
            ends.far().getOutputStream().write(new byte[5]);
            assertThat(ends.client().read(5)).hasSize(5);
            ServerStatistics statistics = ends.server().statistics();
            assertThat(statistics.tunnels()).isEqualTo(1);
            assertThat(statistics.associations()).isZero();
            assertThat(statistics.bytesUp()).isEqualTo(3);
            assertThat(statistics.bytesDown()).isEqualTo(5);

            ends.socket(first).shutdownOutput();
            assertThat(read(ends.other(first))).isEqualTo(-1);
            ends.other(first).getOutputStream().write('.'); // The other direction goes on.
            assertThat(read(ends.socket(first))).isEqualTo('.');
            ends.other(first).shutdownOutput();
            assertThat(read(ends.socket(first))).isEqualTo(-1);
            assertEnding(CloseReason.FINISHED, first == Side.CLIENT ? 3 : 4, first == Side.CLIENT ? 6 : 5);
            assertThat(ends.server().statistics().tunnels()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void aResetPassesOnAsAReset(TunnelKind kind, Side first) throws Exception {
        try (Ends ends = kind.open(builder())) {
            ends.socket(first).setSoLinger(true, 0);
            ends.socket(first).close();
            assertReset(ends.other(first));
            assertEnding(CloseReason.BROKEN, 0, 0);
        }
    }

    /** Also when it has ended its output before: nothing is read from it any more, but it is written to. */
    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void aResetAfterAnEndPassesOnAsAReset(TunnelKind kind, Side first) throws Exception {
        try (Ends ends = kind.open(builder())) {
            ends.socket(first).shutdownOutput();
            assertThat(read(ends.other(first))).isEqualTo(-1);
            ends.socket(first).setSoLinger(true, 0);
            ends.socket(first).close();
            assertThatThrownBy(() -> {
                        while (true) {
                            ends.other(first).getOutputStream().write('.');
                        }
                    })
                    .isInstanceOf(SocketException.class);
            assertThat(events.ending().reason()).isEqualTo(CloseReason.BROKEN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingTheServerResetsBothEnds(TunnelKind kind) throws Exception {
        try (Ends ends = kind.open(builder())) {
            ends.client().send("2e");
            assertThat(read(ends.far())).isEqualTo('.');
            ends.server().close();
            assertReset(ends.client().socket());
            assertReset(ends.far());
            assertEnding(CloseReason.SHUTDOWN, 1, 0);
        }
    }
}
