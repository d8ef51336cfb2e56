package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.codec.Command;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRule;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.Loops;
import dev.socks5.server.Resolver;
import dev.socks5.server.Route;
import dev.socks5.server.Verdict;
import dev.socks5.server.internal.net.Backlog;
import dev.socks5.server.internal.net.Egress;
import dev.socks5.server.internal.net.SystemNetwork;
import dev.socks5.server.internal.policy.DefaultRule;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.policy.Settings;
import dev.socks5.server.internal.policy.Terms;
import dev.socks5.server.internal.session.Core;
import dev.socks5.server.internal.session.PendingRequest;
import dev.socks5.server.internal.session.Ticket;
import dev.socks5.server.internal.usage.Meter;
import dev.socks5.server.internal.usage.Totals;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long what is known of a destination holds, by a clock that is moved by hand. */
class DestinationsTimeTest {

    private static final Endpoint ADDRESS = Endpoint.of("192.0.2.1", 53);
    private static final Endpoint OTHER = Endpoint.of("192.0.2.2", 53);
    private static final Endpoint NAME = new Endpoint(new DomainName("dns.test"), 53);
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final long FIVE_SECONDS = TimeUnit.SECONDS.toNanos(5);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 10); // It may pass its greatest value.
    private final List<Endpoint> judged = new ArrayList<>();
    private final List<Endpoint> sent = new ArrayList<>();
    private final Map<Endpoint, Integer> ways = new HashMap<>();
    private final Queue<Runnable> elsewhere = new ArrayDeque<>();
    private final Meter meter = new Meter(new Totals(), new Totals());
    private Verdict verdict = Verdict.undecided();
    private List<Endpoint> found = List.of(ADDRESS);
    private boolean wayLost;
    private Terms terms;
    private Destinations destinations;

    /** Counts the ways as {@link DirectOutlet} does. */
    private final class Ways implements Outlet {
        @Override
        public Way to(Endpoint target) {
            ways.merge(target, 1, Integer::sum);
            return new Way() {
                @Override
                public boolean send(ByteBuffer payload) {
                    return sent.add(target);
                }

                @Override
                public void release() {
                    ways.merge(target, -1, Integer::sum);
                    wayLost |= found.contains(target) && ways.getOrDefault(target, 0) == 0;
                }
            };
        }

        @Override
        public void reading(boolean on) {}

        @Override
        public void close() {}
    }

    private final AccessRule rule = new AccessRule() {
        @Override
        public Verdict judge(AccessRequest request) {
            judged.add(request.destination());
            return request.resolved() == null ? Verdict.undecided() : verdict;
        }

        @Override
        public boolean mayBlock() {
            return false;
        }
    };

    @BeforeEach
    @SuppressWarnings("unchecked")
    void start() {
        Resolver resolver = name -> {
            List<InetAddress> addresses = new ArrayList<>();
            found.forEach(each -> addresses.add(each.toInetSocketAddress().getAddress()));
            return addresses;
        };
        Core core = mock(Core.class);
        PendingRequest pending = mock(PendingRequest.class);
        UdpRelay.Association association = mock(UdpRelay.Association.class);
        when(association.route()).thenReturn(Route.direct());
        Settings settings = mock(Settings.class);
        when(settings.egress(Route.direct())).thenReturn(Egress.ANY);
        when(pending.settings()).thenReturn(settings);
        when(pending.core()).thenReturn(core);
        when(pending.ticket()).thenReturn(mock(Ticket.class));
        when(core.backlog()).thenReturn(new Backlog(Loops.BACKLOG, System::nanoTime));
        Screening screening = new Screening(rule, new DefaultRule(new SystemNetwork(), List.of(), false), resolver);
        when(core.terms()).then(call -> terms);
        terms = new Terms(settings, screening, List.of());
        when(pending.accessRequest())
                .thenReturn(new AccessRequest(
                        ClientAddress.of(new InetSocketAddress("127.0.0.1", 40_000)),
                        null,
                        Command.UDP_ASSOCIATE,
                        Endpoint.UNSPECIFIED,
                        null));
        doAnswer(call -> {
                    Supplier<Object> work = call.getArgument(0);
                    Consumer<Object> then = call.getArgument(2);
                    return elsewhere.add(() -> then.accept(work.get()));
                })
                .when(pending)
                .run(any(), any(), any());
        destinations = new Destinations(pending, association, meter, new Ways(), clock::get);
    }

    private void send(Endpoint to) {
        destinations.send(to, ByteBuffer.allocate(1));
    }

    /** Has what was handed to another thread done. */
    private void settle() {
        elsewhere.remove().run();
    }

    @Test
    void anAddressIsJudgedOnceAMinute() {
        send(ADDRESS);
        clock.addAndGet(MINUTE - 1);
        send(ADDRESS);
        assertThat(judged).hasSize(1);
        verdict = Verdict.deny("from now on");
        clock.addAndGet(1);
        send(ADDRESS);
        assertThat(judged).hasSize(2);
        assertThat(sent).hasSize(2);
        assertThat(meter.usage().datagrams()).isEqualTo(new DatagramCounts(2, 0, 0, 0, 0, 1, 0));
        assertThat(ways).containsEntry(ADDRESS, 0); // And no answers are taken any more.
    }

    @Test
    void oneThatIsRefusedIsJudgedAgainAfterFiveSeconds() {
        verdict = Verdict.deny("for now");
        send(ADDRESS);
        verdict = Verdict.undecided();
        clock.addAndGet(FIVE_SECONDS - 1);
        send(ADDRESS);
        assertThat(judged).hasSize(1);
        clock.addAndGet(1);
        send(ADDRESS);
        assertThat(judged).hasSize(2);
        assertThat(sent).containsExactly(ADDRESS);
        assertThat(meter.usage().datagrams()).isEqualTo(new DatagramCounts(1, 0, 0, 0, 0, 2, 0));
    }

    @Test
    void theOldAnswerHoldsWhileANameIsLookedUpAgain() {
        send(NAME);
        settle();
        clock.addAndGet(MINUTE);
        send(NAME);
        assertThat(sent).containsExactly(ADDRESS, ADDRESS);
        assertThat(elsewhere).hasSize(1);
        send(NAME);
        assertThat(elsewhere).hasSize(1); // One look-up of a name at a time.
    }

    @Test
    void aWayThatIsStillUsedIsThereAllTheTimeAndOnce() {
        send(NAME);
        settle();
        for (int i = 0; i < 3; i++) {
            clock.addAndGet(MINUTE);
            send(NAME);
            settle();
        }
        assertThat(ways).containsExactly(Map.entry(ADDRESS, 1));
        assertThat(wayLost).isFalse();
    }

    @Test
    void aFlowStaysWhereItIsWhileItsAddressIsAmongThoseFound() {
        send(NAME);
        settle();
        found = List.of(OTHER, ADDRESS);
        clock.addAndGet(MINUTE);
        send(NAME);
        settle();
        send(NAME);
        assertThat(sent).containsOnly(ADDRESS);
        assertThat(ways).containsExactly(Map.entry(ADDRESS, 1));
    }

    @Test
    void aFlowMovesWhenItsAddressIsGoneAndTheOldWayIsLetGo() {
        send(NAME);
        settle();
        found = List.of(OTHER);
        clock.addAndGet(MINUTE);
        send(NAME);
        settle();
        send(NAME);
        assertThat(sent).containsExactly(ADDRESS, ADDRESS, OTHER);
        assertThat(ways).containsOnly(Map.entry(ADDRESS, 0), Map.entry(OTHER, 1));
    }

    @Test
    void whatIsInUseIsNotForgotten() {
        for (int i = 0; i < Destinations.CAPACITY; i++) {
            send(Endpoint.of("198.51.100." + (i & 0xFF), 1 + (i >> 8)));
        }
        Endpoint first = Endpoint.of("198.51.100.0", 1);
        Endpoint second = Endpoint.of("198.51.100.1", 1);
        send(first);
        send(OTHER);
        assertThat(ways).containsEntry(first, 1).containsEntry(second, 0).containsEntry(OTHER, 1);
        assertThat(ways.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(Destinations.CAPACITY);
    }

    private void changeTerms() {
        terms = new Terms(terms.settings(), terms.screening(), terms.logins());
    }

    /** No answer gets lost, because the new way is there before the old one goes. */
    @Test
    void anAddressIsJudgedAnewWithTheFirstDatagramAfterAChange() {
        send(ADDRESS);
        changeTerms();
        destinations.renew();
        assertThat(judged).hasSize(2);
        assertThat(ways).containsExactly(Map.entry(ADDRESS, 1));
        assertThat(wayLost).isFalse();
        destinations.renew();
        assertThat(judged).hasSize(2); // Once for each change.
        verdict = Verdict.deny("from now on");
        changeTerms();
        send(OTHER);
        assertThat(judged).hasSize(4);
        assertThat(ways).containsExactly(Map.entry(ADDRESS, 0));
    }

    /** There is no way to what has to be looked up, and some have to wait until their look-up can begin. */
    @Test
    void namesAreLookedUpAnewAfterAChangeButNotTooManyAtOnce() {
        int names = Destinations.MAX_LOOKUPS + 1;
        for (int i = 0; i < names; i++) {
            send(Endpoint.of("n" + i + ".test", ADDRESS.port()));
            settle();
        }
        assertThat(ways).containsExactly(Map.entry(ADDRESS, names));
        changeTerms();
        destinations.renew();
        assertThat(elsewhere).hasSize(Destinations.MAX_LOOKUPS);
        assertThat(ways).containsExactly(Map.entry(ADDRESS, 0));
        Endpoint last = Endpoint.of("n" + (names - 1) + ".test", ADDRESS.port());
        send(last);
        assertThat(meter.usage().datagrams().lost()).isEqualTo(1);
        settle();
        send(last);
        assertThat(elsewhere).hasSize(Destinations.MAX_LOOKUPS);
    }

    /** What waits for a look-up goes on waiting for the one after it. */
    @Test
    void aLookUpThatStraddlesAChangeIsMadeAgain() {
        send(NAME);
        verdict = Verdict.deny("from now on");
        changeTerms();
        settle();
        assertThat(sent).isEmpty();
        assertThat(elsewhere).hasSize(1);
        assertThat(meter.usage().datagrams().refused()).isZero();
        settle();
        assertThat(sent).isEmpty();
        assertThat(meter.usage().datagrams().refused()).isEqualTo(1);
    }
}
