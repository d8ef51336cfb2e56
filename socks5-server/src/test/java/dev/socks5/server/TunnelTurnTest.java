package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;

/** When a tunnel reads: not while the other side has something unsent, even if there is something to read all the time. */
class TunnelTurnTest {

    private final Connection client = mock(Connection.class);
    private final Connection origin = mock(Connection.class);
    private final Registration ready = mock(Registration.class);
    private final Ticket ticket = mock(Ticket.class, RETURNS_DEEP_STUBS);
    private EventLoop loop; // Not started: this thread stands for it.
    private Handler tunnel;

    @BeforeEach
    void open() throws IOException {
        loop = Loops.open();
        when(client.loop()).thenReturn(loop);
        when(ticket.settings().idleNanos(false)).thenReturn(Long.MAX_VALUE / 2);
        when(ticket.settings().idleNanos(true)).thenReturn(Long.MAX_VALUE / 2);
        when(ticket.bandwidthUp()).thenReturn(null);
        when(ticket.bandwidthDown()).thenReturn(null);
        Tunnel.open(ticket, client, origin, ByteBuffer.allocate(0));
        ArgumentCaptor<Handler> handed = ArgumentCaptor.forClass(Handler.class);
        verify(client).hand(handed.capture());
        tunnel = handed.getValue();
    }

    @AfterEach
    void discard() {
        loop.discard();
    }

    private Connection ready(boolean fromClient) {
        Connection source = fromClient ? client : origin;
        when(source.has(ready)).thenReturn(true);
        when(source.isReadable(ready)).thenReturn(true);
        return source;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsReadableWaitsWhileTheOtherSideHasSomethingUnsent(boolean fromClient) throws IOException {
        Connection source = ready(fromClient);
        when((fromClient ? origin : client).hasUnsent()).thenReturn(true);
        when(ready.isWritable()).thenReturn(true); // What the loop has called it for.
        tunnel.ready(ready);
        verify(source, never()).read(any());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsReadableIsReadElse(boolean fromClient) throws IOException {
        Connection source = ready(fromClient);
        when(source.read(any())).thenReturn(1);
        when((fromClient ? origin : client).write(any())).thenReturn(true);
        tunnel.ready(ready);
        verify(source).read(any());
        verify(fromClient ? origin : client, times(fromClient ? 2 : 1))
                .write(any()); // What came early was written, too.
    }

    @Test
    void anEndThatHasBeenReadIsNotReadAgain() throws IOException {
        ready(true);
        when(client.read(any())).thenReturn(-1);
        tunnel.ready(ready);
        tunnel.ready(ready);
        verify(client).read(any());
        verify(origin).shutdownOutput();
        assertThat(loop.timers().size()).isEqualTo(1);
    }
}
