package dev.socks5.server.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Loops;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.internal.limits.ConnectionLimits;
import dev.socks5.server.internal.limits.Quota;
import dev.socks5.server.internal.limits.UserLimits;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.SystemNetwork;
import dev.socks5.server.internal.report.Counters;
import dev.socks5.server.internal.report.Events;
import dev.socks5.server.operation.Usage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is told of what, and when: on loops that are not started, for which this thread stands. */
class ProgressTest {

    private static final long AT_ONCE = 1; // nanosecond

    private final List<String> told = new ArrayList<>();
    private final Core core = mock(Core.class);
    private final Registry registry = new Registry();
    private final ClientAddress client = ClientAddress.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    private EventLoop loop;
    private EventLoop other;
    private long ids;

    @BeforeEach
    void open() throws Exception {
        loop = Loops.open();
        other = Loops.open();
        when(core.network()).thenReturn(new SystemNetwork());
        when(core.counters()).thenReturn(new Counters());
        when(core.registry()).thenReturn(registry);
        when(core.connectionLimits()).thenReturn(mock(ConnectionLimits.class));
        when(core.userLimits())
                .thenReturn(new UserLimits(() -> 1, () -> 0, () -> Quota.Grant.UNLIMITED, System::nanoTime));
        when(core.events()).thenReturn(new Events(List.of(new Socks5ServerListener() {
            @Override
            public void progressed(SessionInfo session, Usage soFar) {
                told.add(session.id() + ": " + soFar.bytesUp());
            }
        })));
    }

    @AfterEach
    void discard() {
        loop.discard();
        other.discard();
    }

    private Ticket ticket(EventLoop servedBy) {
        Ticket ticket = Ticket.issue(core, ++ids, client, true);
        Connection connection = mock(Connection.class);
        when(connection.loop()).thenReturn(servedBy);
        ticket.servedBy(connection);
        return ticket;
    }

    private List<String> turn() {
        told.clear();
        loop.turn();
        return List.copyOf(told);
    }

    @Test
    void whatHasMovedOnThisLoopIsToldOnce() {
        Ticket moved = ticket(loop);
        Ticket idle = ticket(loop);
        Ticket elsewhere = ticket(other);
        Ticket ended = ticket(loop);
        Ticket early = Ticket.issue(core, ++ids, client, true); // No loop has it yet.
        for (Ticket ticket : List.of(moved, elsewhere, ended, early)) {
            ticket.meter().up(5);
        }
        ended.end(CloseReason.FINISHED);
        new Progress(registry, loop, AT_ONCE).begin();
        assertThat(turn()).containsExactly("1: 5");
        assertThat(turn()).isEmpty();
        moved.meter().up(2);
        idle.meter().datagramUp(0);
        assertThat(turn()).containsExactly("1: 7", "2: 0");
        assertThat(turn()).isEmpty();
    }

    /** What else the loop has to do comes in between. */
    @Test
    void manyAreToldInSeveralTurns() {
        int sessions = 2 * Progress.IN_ONE_TURN + 10;
        for (int i = 0; i < sessions; i++) {
            ticket(loop).meter().up(1);
        }
        new Progress(registry, loop, AT_ONCE).begin();
        assertThat(turn()).hasSize(Progress.IN_ONE_TURN);
        assertThat(turn()).hasSize(Progress.IN_ONE_TURN);
        assertThat(turn()).hasSize(10);
        assertThat(turn()).isEmpty();
    }

    /** Its listener is told on its loop, where nothing comes behind the end. */
    @Test
    void oneThatEndsInBetweenIsNotTold() {
        List<Ticket> tickets = new ArrayList<>();
        for (int i = 0; i < Progress.IN_ONE_TURN + 2; i++) {
            tickets.add(ticket(loop));
            tickets.get(i).meter().up(1);
        }
        new Progress(registry, loop, AT_ONCE).begin();
        assertThat(turn()).hasSize(Progress.IN_ONE_TURN);
        tickets.forEach(ticket -> ticket.end(CloseReason.FINISHED));
        assertThat(turn()).isEmpty();
        assertThat(turn()).isEmpty();
    }
}
