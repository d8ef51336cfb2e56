package dev.socks5.client.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.DialerTest;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketOptions;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What java.net.Socket never gets to. */
class TunnelSocketImplTest {

    private static final int NO_OPTION = 0x7777;

    private final TunnelSocketImpl impl =
            new TunnelSocketImpl(new Dialer(DialerTest.route("127.0.0.1", Duration.ofSeconds(1))));

    @Test
    void hasNoDestinationAtFirst() {
        assertThat(impl.getInetAddress()).isNull();
        assertThat(impl.getPort()).isZero();
        assertThat(impl.isClosed()).isFalse();
        assertThatIllegalStateException().isThrownBy(impl::available);
    }

    @Test
    void closedBeforeItIsCreatedItStaysClosed() throws Exception {
        impl.close();
        assertThatThrownBy(() -> impl.create(true)).isInstanceOf(SocketException.class);
        assertThat(impl.isClosed()).isTrue();
    }

    @Test
    void refusesUnknownOptions() throws Exception {
        impl.create(true);
        assertThatThrownBy(() -> impl.getOption(NO_OPTION)).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> impl.setOption(NO_OPTION, 1)).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> impl.setOption(SocketOptions.SO_BINDADDR, InetAddress.getLoopbackAddress()))
                .isInstanceOf(SocketException.class);
        impl.close();
        assertThat(impl.isClosed()).isTrue();
        assertThatThrownBy(impl::available).isInstanceOf(SocketException.class);
    }

    @Test
    void isNoServerAndConnectsByOneCallOnly() {
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> impl.connect("example.com", 80),
                () -> impl.connect(InetAddress.getLoopbackAddress(), 80),
                () -> impl.listen(1),
                () -> impl.accept(impl))) {
            assertThatThrownBy(call).isInstanceOf(UnsupportedOperationException.class);
        }
    }
}
