package dev.socks5.client.internal.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import dev.socks5.client.ConnectFailure;
import dev.socks5.client.Socks5ClientListener;
import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.Hop;
import dev.socks5.client.internal.dial.LocalException;
import dev.socks5.client.internal.dial.Logins;
import dev.socks5.client.internal.dial.Preparation;
import dev.socks5.client.internal.dial.ProxyPath;
import dev.socks5.client.internal.dial.Resolver;
import dev.socks5.client.internal.report.ConnectEvents;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.SendAhead;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

/** A loop that cannot be started: listeners are told of an end all the same. */
class LoopFailureTest {

    private final Network network = mock(Network.class);
    private final SelectorProvider sockets = mock(SelectorProvider.class);
    private final Socks5ClientListener listener = mock(Socks5ClientListener.class);

    private CompletableFuture<SocketChannel> begin() {
        Hop hop = new Hop(new InetSocketAddress("192.0.2.1", 1080), Logins.NONE, SendAhead.NOTHING, false);
        ProxyPath path = new ProxyPath(
                List.of(hop),
                Duration.ofSeconds(1),
                null,
                ProxyPath.NOTHING,
                Preparation.NONE,
                Set.of(),
                Resolver.SYSTEM,
                new ConnectEvents(List.of(listener), System::nanoTime));
        return AsyncConnect.begin(
                path,
                Destination.of(Endpoint.of("192.0.2.9", 80)),
                Dialer.NOTHING,
                new ConnectLoop(Duration.ofSeconds(1), network));
    }

    private Throwable toldOf() {
        ArgumentCaptor<ConnectFailure> failure = ArgumentCaptor.forClass(ConnectFailure.class);
        verify(listener).connecting(any());
        verify(listener).failed(any(), failure.capture());
        verifyNoMoreInteractions(listener);
        return failure.getValue().cause();
    }

    @Test
    void noDescriptorIsLeft() throws Exception {
        IOException none = new IOException("Too many open files");
        when(network.sockets()).thenReturn(sockets);
        when(sockets.openSelector()).thenThrow(none);
        assertThat(begin())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(LocalException.class)
                .withMessage("Too many open files")
                .withCause(none);
        assertThat(toldOf()).hasCause(none);
    }

    @Test
    void noThreadCanBeHad() {
        OutOfMemoryError none = new OutOfMemoryError("unable to create native thread");
        when(network.sockets()).thenThrow(none); // Where it would be started.
        assertThatThrownBy(this::begin).isSameAs(none);
        assertThat(toldOf()).isSameAs(none);
    }
}
