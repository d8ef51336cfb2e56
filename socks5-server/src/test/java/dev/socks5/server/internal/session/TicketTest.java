package dev.socks5.server.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Recorder;
import dev.socks5.server.User;
import dev.socks5.server.internal.limits.Account;
import dev.socks5.server.internal.limits.ConnectionLimits;
import dev.socks5.server.internal.limits.LoginThrottle;
import dev.socks5.server.internal.limits.Quota;
import dev.socks5.server.internal.limits.UserLimits;
import dev.socks5.server.internal.net.Reserve;
import dev.socks5.server.internal.net.SystemNetwork;
import dev.socks5.server.internal.report.Counters;
import dev.socks5.server.internal.report.Events;
import dev.socks5.server.internal.usage.Totals;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a connection's place when there is no memory to say that it has ended. */
class TicketTest {

    private final Recorder events = new Recorder();
    private final ConnectionLimits limits =
            new ConnectionLimits(new SystemNetwork(), () -> 2, () -> 2, new LoginThrottle(() -> 0, () -> Duration.ZERO, System::nanoTime));
    private final UserLimits userLimits = mock(UserLimits.class);
    private final Registry registry = new Registry();
    private final Core core = mock(Core.class);
    private final ClientAddress client = ClientAddress.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));

    private static Account account() {
        return new UserLimits(1, 0, () -> Quota.Grant.UNLIMITED, System::nanoTime)
                .enter("a")
                .orElseThrow();
    }

    private Ticket ticket(Account account) {
        when(core.connectionLimits()).thenReturn(limits);
        when(core.network()).thenReturn(new SystemNetwork());
        when(core.reserve()).thenReturn(new Reserve(System::nanoTime));
        when(core.events()).thenReturn(new Events(List.of(events)));
        when(core.userLimits()).thenReturn(userLimits);
        when(userLimits.nobody()).thenReturn(new Totals());
        when(core.counters()).thenReturn(new Counters());
        when(core.registry()).thenReturn(registry);
        when(userLimits.enter(any())).thenReturn(Optional.of(account));
        assertThat(limits.enter(client)).isEmpty();
        Ticket ticket = Ticket.issue(core, 1, client, true);
        ticket.loggedIn(new User("a"));
        return ticket;
    }

    @Test
    void thePlaceIsFreeAndTheEndIsToldAllTheSame() throws Exception {
        Account account = account();
        Ticket ticket = ticket(account);
        doThrow(new OutOfMemoryError("on purpose")).doNothing().when(userLimits).leave(account);
        ticket.end(CloseReason.FAULT);
        assertThat(limits.connections()).isZero();
        assertThat(registry.tickets()).isEmpty();
        assertThat(events.until("closed")).containsExactly("accepted", "authenticated a", "closed 0 0 FAULT");
        ticket.end(CloseReason.FINISHED);
        assertThat(limits.connections()).isZero();
    }

    @Test
    void thePlaceIsFreeEvenIfItCannotBeTold() {
        Account account = account();
        Ticket ticket = ticket(account);
        doThrow(new OutOfMemoryError("on purpose")).when(userLimits).leave(account);
        assertThatThrownBy(() -> ticket.end(CloseReason.FAULT)).isInstanceOf(OutOfMemoryError.class);
        assertThat(limits.connections()).isZero();
        assertThat(limits.enter(client)).isEmpty();
        assertThat(limits.enter(client)).isEmpty();
    }
}
