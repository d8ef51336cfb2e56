package dev.socks5.client.internal.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SocketSettingsTest {

    /** As on Android before 13. */
    private static final class OldSocket extends Socket {

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            throw new NoSuchMethodError("supportedOptions");
        }

        @Override
        public <T> T getOption(SocketOption<T> option) {
            throw new NoSuchMethodError("getOption");
        }

        @Override
        public <T> Socket setOption(SocketOption<T> name, T value) {
            throw new NoSuchMethodError("setOption");
        }
    }

    static Stream<Socket> pairs() {
        return Stream.of(new Socket(), new OldSocket());
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whatWasSetIsSetAgain(Socket first) throws IOException {
        try (first;
                Socket next = first instanceof OldSocket ? new OldSocket() : new Socket()) {
            first.setTcpNoDelay(!next.getTcpNoDelay());
            first.setKeepAlive(!next.getKeepAlive());
            first.setReuseAddress(!next.getReuseAddress());
            first.setSoLinger(true, 7);
            first.setTrafficClass(0x10);
            first.setReceiveBufferSize(next.getReceiveBufferSize() / 2);
            first.setSendBufferSize(next.getSendBufferSize() / 2);
            first.setSoTimeout(1234);

            SocketSettings.of(first).applyTo(next);

            assertThat(next.getTcpNoDelay()).isEqualTo(first.getTcpNoDelay());
            assertThat(next.getKeepAlive()).isEqualTo(first.getKeepAlive());
            assertThat(next.getReuseAddress()).isEqualTo(first.getReuseAddress());
            assertThat(next.getSoLinger()).isEqualTo(7);
            assertThat(next.getTrafficClass()).isEqualTo(first.getTrafficClass());
            assertThat(next.getReceiveBufferSize()).isEqualTo(first.getReceiveBufferSize());
            assertThat(next.getSendBufferSize()).isEqualTo(first.getSendBufferSize());
            assertThat(next.getSoTimeout()).isEqualTo(1234);
        }
    }

    /** An option that is off has a value that cannot be set. */
    @ParameterizedTest
    @MethodSource("pairs")
    void lingeringIsEndedAgain(Socket first) throws IOException {
        try (first;
                Socket next = first instanceof OldSocket ? new OldSocket() : new Socket()) {
            next.setSoLinger(true, 7);
            SocketSettings.of(first).applyTo(next);
            assertThat(next.getSoLinger()).isEqualTo(-1);
        }
    }
}
