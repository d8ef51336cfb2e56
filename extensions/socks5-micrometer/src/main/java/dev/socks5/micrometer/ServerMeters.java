package dev.socks5.micrometer;

import static java.util.Objects.requireNonNull;

import dev.socks5.codec.Command;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.CloseReason;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.ServerStatistics;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.Socks5ServerListener.Rejection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The meters of a server in a registry. All of them are there from the start, so that a rate is right from the first
 * event on, and an event finds its meter by an index.
 */
final class ServerMeters {

    private static final Figure CONNECTIONS =
            new Figure("socks5.server.connections", "Connections from clients that are open.");
    private static final Figure TUNNELS = new Figure("socks5.server.tunnels", "Tunnels that are open.");
    private static final Figure ASSOCIATIONS =
            new Figure("socks5.server.associations", "UDP associations that are open.");
    private static final Figure ACCEPTED =
            new Figure("socks5.server.connections.accepted", "Connections that were accepted.");
    private static final Figure REJECTED =
            new Figure("socks5.server.connections.rejected", "Connections closed before any SOCKS was read.");
    private static final Figure LOGINS_FAILED = new Figure("socks5.server.logins.failed", "Logins that failed.");
    private static final Figure REQUESTS = new Figure("socks5.server.requests", "Requests, whatever became of them.");
    private static final Figure REQUESTS_FAILED =
            new Figure("socks5.server.requests.failed", "Requests that were refused or could not be carried out.");
    private static final Figure CONNECT =
            new Figure("socks5.server.connect", "The time from a request until its tunnel stands.");
    private static final Figure SESSIONS =
            new Figure("socks5.server.sessions", "The time for which a connection was open.");
    private static final Figure RELAYED =
            new Figure("socks5.server.relayed", BaseUnits.BYTES, "Bytes through tunnels and as payload of datagrams.");
    private static final Figure DATAGRAMS = new Figure("socks5.server.datagrams", "Datagrams that were relayed.");
    private static final Figure DATAGRAMS_DROPPED =
            new Figure("socks5.server.datagrams.dropped", "Datagrams that were dropped.");
    private static final Figure ASSOCIATIONS_MOVED =
            new Figure("socks5.server.associations.moved", "Moves of an association's client to another port.");

    private final Meters meters;
    private final Map<Rejection, Counter> rejected;
    private final List<Counter> requests;
    private final List<Counter> requestsFailed;
    private final Timer connect;
    private final Timer bind;
    private final Map<CloseReason, Timer> sessions;

    /** Adds all meters. The registry does not keep the source of the statistics alive. */
    ServerMeters(MeterRegistry registry, Tags tags, Socks5ServerMetrics source) {
        meters = new Meters(registry, tags, CONNECTIONS);
        addStatistics(source);
        rejected = forEach(Rejection.class, reason -> meters.counter(REJECTED, Tags.of("reason", Codes.word(reason))));
        requests = Codes.byCommand(command -> meters.counter(REQUESTS, Tags.of("command", command)));
        requestsFailed = Codes.byReply(reply -> meters.counter(REQUESTS_FAILED, Tags.of("reply", reply)));
        connect = meters.timer(CONNECT, Tags.of("command", "connect"));
        bind = meters.timer(CONNECT, Tags.of("command", "bind"));
        sessions = forEach(CloseReason.class, reason -> meters.timer(SESSIONS, Tags.of("reason", Codes.word(reason))));
    }

    private static <E extends Enum<E>, M> Map<E, M> forEach(Class<E> type, Function<E, M> meter) {
        Map<E, M> meters = new EnumMap<>(type);
        for (E value : type.getEnumConstants()) {
            meters.put(value, meter.apply(value));
        }
        return meters;
    }

    private void addStatistics(Socks5ServerMetrics source) {
        gauge(CONNECTIONS, source, ServerStatistics::connections);
        gauge(TUNNELS, source, ServerStatistics::tunnels);
        gauge(ASSOCIATIONS, source, ServerStatistics::associations);
        counter(ACCEPTED, Tags.empty(), source, ServerStatistics::accepted);
        counter(LOGINS_FAILED, Tags.empty(), source, ServerStatistics::loginsFailed);
        counter(ASSOCIATIONS_MOVED, Tags.empty(), source, ServerStatistics::associationsMoved);
        counter(RELAYED, direction("up"), source, ServerStatistics::bytesUp);
        counter(RELAYED, direction("down"), source, ServerStatistics::bytesDown);
        datagrams(DATAGRAMS, direction("up"), source, DatagramCounts::up);
        datagrams(DATAGRAMS, direction("down"), source, DatagramCounts::down);
        datagrams(DATAGRAMS_DROPPED, Tags.of("reason", "fragment"), source, DatagramCounts::fragments);
        datagrams(DATAGRAMS_DROPPED, Tags.of("reason", "malformed"), source, DatagramCounts::malformed);
        datagrams(DATAGRAMS_DROPPED, Tags.of("reason", "foreign"), source, DatagramCounts::foreign);
        datagrams(DATAGRAMS_DROPPED, Tags.of("reason", "refused"), source, DatagramCounts::refused);
        datagrams(DATAGRAMS_DROPPED, Tags.of("reason", "lost"), source, DatagramCounts::lost);
    }

    private static Tags direction(String direction) {
        return Tags.of("direction", direction);
    }

    private void gauge(Figure figure, Socks5ServerMetrics source, ToLongFunction<ServerStatistics> value) {
        meters.gauge(figure, source, server -> value.applyAsLong(server.statistics()));
    }

    private void counter(Figure figure, Tags own, Socks5ServerMetrics source, ToLongFunction<ServerStatistics> value) {
        meters.counter(figure, own, source, server -> value.applyAsLong(server.statistics()));
    }

    private void datagrams(Figure figure, Tags own, Socks5ServerMetrics source, ToLongFunction<DatagramCounts> value) {
        counter(figure, own, source, statistics -> value.applyAsLong(statistics.datagrams()));
    }

    void rejected(Rejection reason) {
        requireNonNull(rejected.get(reason)).increment();
    }

    void requested(Command command) {
        requests.get(command.code()).increment();
    }

    void requestFailed(ReplyCode code) {
        requestsFailed.get(code.code()).increment();
    }

    void connected(Command command, Duration taken) {
        (command.equals(Command.BIND) ? bind : connect).record(taken);
    }

    void closed(SessionEnd ending) {
        requireNonNull(sessions.get(ending.reason())).record(ending.duration());
    }

    /** Takes all meters from the registry. */
    void remove() {
        meters.remove();
    }
}
