package dev.socks5.server.internal.command;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.socks5.server.Loops;
import dev.socks5.server.internal.limits.Bandwidth;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.session.Ticket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;

/** What a protected client has sent and nobody has taken yet, when the client's socket is ready for writing. */
class PendingInputTest {

    /** It is not taken while its direction pauses, nor while the origin has not taken what was read before. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isNotTakenAheadOfItsTurn(boolean pausing) throws Exception {
        EventLoop loop = Loops.open(); // Not started: this thread stands for it.
        Connection client = mock(Connection.class);
        Connection origin = mock(Connection.class);
        Ticket ticket = mock(Ticket.class, RETURNS_DEEP_STUBS);
        @Nullable Bandwidth bandwidth = pausing ? Bandwidth.of(1, null, System::nanoTime) : null;
        when(client.loop()).thenReturn(loop);
        when(ticket.settings().timeouts().idle(false)).thenReturn(Long.MAX_VALUE / 2);
        when(ticket.bandwidthUp()).thenReturn(bandwidth);
        when(ticket.bandwidthDown()).thenReturn(null);
        when(ticket.quota()).thenReturn(null);
        when(origin.hasUnsent()).thenReturn(!pausing);
        ArgumentCaptor<Connection.Owner> owner = ArgumentCaptor.forClass(Connection.Owner.class);
        try {
            Tunnel.open(ticket, client, origin, ByteBuffer.allocate(1_000));
            verify(client).handOver(owner.capture());
            owner.getValue().sent(true);
            owner.getValue().readable(); // It has something pending, whatever the selector is asked for.
            verify(client, never()).read(any());
        } finally {
            loop.discard();
        }
    }
}
