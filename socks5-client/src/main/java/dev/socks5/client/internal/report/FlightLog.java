package dev.socks5.client.internal.report;

import dev.socks5.client.ConnectAttempt;
import dev.socks5.client.ConnectFailure;
import dev.socks5.client.ConnectTimes;
import dev.socks5.client.ConnectTimes.ProxyTimes;
import dev.socks5.codec.Endpoint;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Collectors;
import jdk.jfr.FlightRecorder;

/**
 * Hands the events to Java Flight Recorder. A recording can be started at any time, from outside too; it has what
 * begins after that. As long as none wants an event, an attempt costs one look at a flag.
 */
final class FlightLog implements JavaFlightRecorder.Log {

    /**
     * One event of each kind, only ever asked whether it is wanted. Each has its own class, because the recorder puts
     * the answer in there.
     */
    private static final class Probe {
        static final FlightEvent.Connecting CONNECTING = new FlightEvent.Connecting();
        static final FlightEvent.Connected CONNECTED = new FlightEvent.Connected();
        static final FlightEvent.ConnectFailed CONNECT_FAILED = new FlightEvent.ConnectFailed();
    }

    /**
     * Tells whether there is or has been any recording. Before that nobody can want an event; and as soon as there is
     * one, the recorder sets itself up, which costs the process several megabytes.
     */
    private static boolean recording() {
        return FlightRecorder.isInitialized();
    }

    @Override
    public boolean isWanted() {
        return recording()
                && (Probe.CONNECTING.isEnabled() || Probe.CONNECTED.isEnabled() || Probe.CONNECT_FAILED.isEnabled());
    }

    @Override
    public void connecting(ConnectAttempt attempt) {
        if (recording() && Probe.CONNECTING.isEnabled()) {
            commit(new FlightEvent.Connecting(), attempt);
        }
    }

    @Override
    public void connected(ConnectAttempt attempt, ConnectTimes times) {
        if (recording() && Probe.CONNECTED.isEnabled()) {
            FlightEvent.Connected event = new FlightEvent.Connected();
            event.total = times.total().toNanos();
            event.lookUp = times.lookUp().toNanos();
            event.dial = times.dial().toNanos();
            event.tls = sum(times, ProxyTimes::tls);
            event.negotiation = sum(times, ProxyTimes::negotiation);
            event.request = sum(times, ProxyTimes::request);
            commit(event, attempt);
        }
    }

    private static long sum(ConnectTimes times, Function<ProxyTimes, Duration> phase) {
        return times.proxies().stream()
                .mapToLong(proxy -> phase.apply(proxy).toNanos())
                .sum();
    }

    @Override
    public void failed(ConnectAttempt attempt, ConnectFailure failure) {
        if (recording() && Probe.CONNECT_FAILED.isEnabled()) {
            FlightEvent.ConnectFailed event = new FlightEvent.ConnectFailed();
            event.phase = failure.phase().name();
            event.proxy = failure.proxy().map(Endpoint::toString).orElse(null);
            event.reason = failure.reason();
            event.total = failure.total().toNanos();
            commit(event, attempt);
        }
    }

    private static void commit(FlightEvent event, ConnectAttempt attempt) {
        event.attempt = attempt.id();
        event.command = attempt.request().command().toString();
        event.destination = attempt.request().destination().toString();
        event.proxies = attempt.proxies().stream().map(Endpoint::toString).collect(Collectors.joining(", "));
        event.commit();
    }
}
