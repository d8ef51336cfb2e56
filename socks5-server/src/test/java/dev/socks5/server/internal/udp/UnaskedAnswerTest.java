package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.Loops;
import dev.socks5.server.Route;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.session.PendingRequest;
import dev.socks5.server.internal.session.Ticket;
import dev.socks5.server.internal.usage.Meter;
import dev.socks5.server.internal.usage.Totals;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

/** What an upstream's relay sends before the client has sent anything. */
class UnaskedAnswerTest {

    @Test
    void anAnswerBeforeAnyQuestionIsDroppedAndCounted() throws Exception {
        EventLoop loop = Loops.open(); // Not started: this thread stands for it.
        PendingRequest pending = mock(PendingRequest.class, RETURNS_DEEP_STUBS);
        UdpRelay.Association association = mock(UdpRelay.Association.class);
        when(pending.loop()).thenReturn(loop);
        when(pending.client().protection()).thenReturn(null);
        when(pending.request().destination()).thenReturn(Endpoint.UNSPECIFIED);
        Ticket ticket = mock(Ticket.class);
        when(pending.ticket()).thenReturn(ticket);
        when(ticket.client()).thenReturn(ClientAddress.of(new InetSocketAddress("127.0.0.1", 40_000)));
        Meter meter = new Meter(new Totals(), new Totals());
        when(ticket.meter()).thenReturn(meter);
        when(association.route()).thenReturn(Route.direct());
        ArgumentCaptor<Outlet.Receiver> receiver = ArgumentCaptor.forClass(Outlet.Receiver.class);
        when(association.outlet(any())).thenReturn(mock(Outlet.class));
        try {
            UdpRelay relay = new UdpRelay(pending, InetAddress.getByName("127.0.0.1"), association);
            verify(association).outlet(receiver.capture());
            receiver.getValue().deliver(ByteBuffer.allocate(11), 1);
            assertThat(meter.usage().datagrams()).isEqualTo(new DatagramCounts(0, 0, 0, 0, 1, 0, 0));
            relay.close();
        } finally {
            loop.discard();
        }
    }
}
