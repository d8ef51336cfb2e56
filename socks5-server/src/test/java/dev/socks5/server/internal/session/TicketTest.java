package dev.socks5.server.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Recorder;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.User;
import dev.socks5.server.internal.limits.Account;
import dev.socks5.server.internal.limits.ConnectionLimits;
import dev.socks5.server.internal.limits.LoginThrottle;
import dev.socks5.server.internal.limits.Quota;
import dev.socks5.server.internal.limits.UserLimits;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.Reserve;
import dev.socks5.server.internal.net.SystemNetwork;
import dev.socks5.server.internal.policy.Screening;
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
    private final ConnectionLimits limits = new ConnectionLimits(
            new SystemNetwork(), () -> 2, () -> 2, new LoginThrottle(() -> 0, () -> Duration.ZERO, System::nanoTime));
    private final UserLimits userLimits = mock(UserLimits.class);
    private final Registry registry = new Registry();
    private final Core core = mock(Core.class);
    private final ClientAddress client = ClientAddress.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));

    private static Account account() {
        return new UserLimits(() -> 1, () -> 0, () -> Quota.Grant.UNLIMITED, System::nanoTime)
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

    @Test
    void onlyTheFirstWhoWantsItToEndEndsIt() {
        Ticket ticket = ticket(account());
        assertThat(ticket.abort(CloseReason.ENDED_BY_OPERATOR)).isTrue();
        assertThat(ticket.abort(CloseReason.NO_LONGER_ALLOWED)).isFalse();
    }

    @Test
    void whatEndsAlreadyIsEndedByNobodyElse() {
        Connection connection = mock(Connection.class);
        when(connection.abortSoon(any())).thenReturn(true);
        Ticket ticket = ticket(account());
        ticket.servedBy(connection);
        ticket.ends();
        assertThat(ticket.abort(CloseReason.ENDED_BY_OPERATOR)).isFalse();
        verify(connection).abortSoon(CloseReason.ENDED_BY_OPERATOR); // But at once.
    }

    /** Each datagram beyond a quota would have it aborted. */
    @Test
    void aConnectionIsAskedToEndOnceUnlessThereIsNoMemoryForIt() {
        Connection connection = mock(Connection.class);
        when(connection.abortSoon(any()))
                .thenThrow(new OutOfMemoryError("on purpose"))
                .thenReturn(true);
        Ticket ticket = ticket(account());
        ticket.servedBy(connection);
        assertThatThrownBy(() -> ticket.abort(CloseReason.QUOTA_USED)).isInstanceOf(OutOfMemoryError.class);
        assertThat(ticket.abort(CloseReason.QUOTA_USED)).isTrue();
        assertThat(ticket.abort(CloseReason.QUOTA_USED)).isFalse();
        verify(connection, times(2)).abortSoon(CloseReason.QUOTA_USED);
    }

    @Test
    void progressThatCouldNotBeToldIsToldTheNextTime() {
        Socks5ServerListener listener = mock(Socks5ServerListener.class);
        Ticket ticket = ticket(account());
        ticket.meter().up(3);
        when(core.events()).thenThrow(new OutOfMemoryError("on purpose"));
        assertThatThrownBy(ticket::tellProgress).isInstanceOf(OutOfMemoryError.class);
        doReturn(new Events(List.of(listener))).when(core).events();
        ticket.tellProgress();
        ticket.tellProgress();
        verify(listener).progressed(any(), any());
    }

    /** A name may have many, and a tunnel may be open for days. */
    @Test
    void ofTheAddressesThatWereGrantedTheOneThatWasReachedIsKept() {
        Endpoint first = Endpoint.of("127.0.0.2", 7);
        Endpoint second = Endpoint.of("127.0.0.3", 7);
        Screening.Outcome outcome =
                new Screening.Outcome(Route.direct(), List.of(first, second), ReplyCode.SUCCEEDED, "");
        Permit permit = ticket(account()).permit();
        permit.granted(outcome);
        permit.reached(new InetSocketAddress("127.0.0.9", 7));
        assertThat(permit.granted()).isEqualTo(outcome);
        permit.reached(new InetSocketAddress("127.0.0.3", 7));
        assertThat(permit.granted()).isEqualTo(outcome.only(second));
    }
}
