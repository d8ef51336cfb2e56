package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.socks5.server.Loops;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.session.Ticket;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;

/**
 * When a tunnel reads: not while the other side has something unsent, even if there is something to read all the time.
 */
class TunnelTurnTest {

    private final Connection client = mock(Connection.class);
    private final Connection origin = mock(Connection.class);
    private final Ticket ticket = mock(Ticket.class, RETURNS_DEEP_STUBS);
    private EventLoop loop; // Not started: this thread stands for it.
    private Connection.Owner clientsOwner;
    private Connection.Owner originsOwner;

    @BeforeEach
    void open() throws IOException {
        loop = Loops.open();
        when(client.loop()).thenReturn(loop);
        when(ticket.settings().timeouts().idle(false)).thenReturn(Long.MAX_VALUE / 2);
        when(ticket.settings().timeouts().idle(true)).thenReturn(Long.MAX_VALUE / 2);
        when(ticket.bandwidthUp()).thenReturn(null);
        when(ticket.bandwidthDown()).thenReturn(null);
        when(ticket.quota()).thenReturn(null);
        Tunnel.open(ticket, client, origin, ByteBuffer.allocate(0));
        clientsOwner = ownerOf(client);
        originsOwner = ownerOf(origin);
    }

    private static Connection.Owner ownerOf(Connection connection) {
        ArgumentCaptor<Connection.Owner> owner = ArgumentCaptor.forClass(Connection.Owner.class);
        verify(connection).handOver(owner.capture());
        return owner.getValue();
    }

    @AfterEach
    void discard() {
        loop.discard();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsReadableWaitsWhileTheOtherSideHasSomethingUnsent(boolean fromClient) throws IOException {
        when((fromClient ? origin : client).hasUnsent()).thenReturn(true);
        (fromClient ? clientsOwner : originsOwner).sent(true); // What the loop has called it for.
        (fromClient ? clientsOwner : originsOwner).readable();
        verify(fromClient ? client : origin, never()).read(any());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsReadableIsReadElse(boolean fromClient) throws IOException {
        Connection source = fromClient ? client : origin;
        when(source.read(any())).thenReturn(1);
        when((fromClient ? origin : client).write(any())).thenReturn(true);
        (fromClient ? clientsOwner : originsOwner).readable();
        verify(source).read(any());
        verify(fromClient ? origin : client, times(fromClient ? 2 : 1))
                .write(any()); // What came early was written, too.
    }

    @Test
    void anEndThatHasBeenReadIsNotReadAgain() throws IOException {
        when(client.read(any())).thenReturn(-1);
        clientsOwner.readable();
        clientsOwner.readable();
        verify(client).read(any());
        verify(origin).shutdownOutput();
        assertThat(loop.timers().size()).isEqualTo(1);
    }
}
