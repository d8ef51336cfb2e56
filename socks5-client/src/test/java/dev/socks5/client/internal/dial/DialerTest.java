package dev.socks5.client.internal.dial;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.SendAhead;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failures of the network that a test cannot bring about. */
public class DialerTest {

    private static final Endpoint DESTINATION = Endpoint.of("example.com", 80);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Dialer dialer = new Dialer(route("192.0.2.1", TIMEOUT));

    /** Through one proxy without a login. */
    public static ProxyPath route(String proxy, Duration timeout) {
        return route(Endpoint.of(proxy, 1080).toInetSocketAddress(), timeout);
    }

    /** Through one proxy on another port. */
    public static ProxyPath route(InetSocketAddress proxy, Duration timeout) {
        Hop hop = new Hop(proxy, Logins.NONE, SendAhead.NOTHING, false);
        return new ProxyPath(List.of(hop), timeout, null, destination -> false, Set.of(), Resolver.SYSTEM);
    }

    @ParameterizedTest
    @CsvSource({
        "java.net.NoRouteToHostException, java.net.NoRouteToHostException",
        "java.net.ConnectException, java.net.ConnectException",
        "java.net.BindException, java.net.ConnectException",
        "java.net.SocketException, java.net.ConnectException",
        "java.io.IOException, java.net.ConnectException"
    })
    void keepsTheTypeOfAFailureToConnect(Class<IOException> cause, Class<? extends IOException> reported)
            throws Exception {
        Socket socket = mock(Socket.class);
        doThrow(cause).when(socket).connect(any(), anyInt());
        assertThatThrownBy(() ->
                        dialer.connect(new Outbound(socket), Destination.of(DESTINATION), Dialer.NOTHING, TIMEOUT))
                .isExactlyInstanceOf(reported)
                .hasMessage("cannot reach the proxy 192.0.2.1:1080: " + cause.getSimpleName())
                .hasCauseExactlyInstanceOf(cause);
        verify(socket).close();
    }
}
