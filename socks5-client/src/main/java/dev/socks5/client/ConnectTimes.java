package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Tells how long each phase of a successful attempt took. Where a destination has several addresses that are asked for
 * one after the other, the phases behind the look-up are those of the last, and the total is that of all.
 *
 * @param lookUp for {@link ConnectPhase#LOOK_UP}; zero if there was nothing to look up
 * @param dial for {@link ConnectPhase#DIAL}
 * @param proxies the times of each proxy, from here to there; empty if the destination goes direct
 * @param total from the beginning to the end
 */
public record ConnectTimes(Duration lookUp, Duration dial, List<ProxyTimes> proxies, Duration total) {

    private static final long SHORT_MICROS = 10_000;

    /**
     * Makes a description.
     *
     * @param lookUp for looking names up
     * @param dial for dialling
     * @param proxies copied
     * @param total for everything
     */
    public ConnectTimes {
        proxies = List.copyOf(proxies);
    }

    /**
     * Tells how long one proxy took. Where a client sends ahead, a proxy's negotiation and request overlap: each then
     * takes until its answer is there, counted from the answer before it.
     *
     * @param proxy the proxy, as {@link ConnectAttempt#proxies()} has it
     * @param tls for {@link ConnectPhase#TLS}; zero without it
     * @param negotiation for {@link ConnectPhase#NEGOTIATION}
     * @param request for {@link ConnectPhase#REQUEST}
     */
    public record ProxyTimes(Endpoint proxy, Duration tls, Duration negotiation, Duration request) {

        /**
         * Returns the times in short, such as {@code 127.0.0.1:1080: TLS 12 ms, negotiation 208 ms, request 104 ms}.
         * Safe to log.
         *
         * @return one line, without TLS if it took no time
         */
        @Override
        public String toString() {
            return proxy + ": " + (tls.isZero() ? "" : "TLS " + millis(tls) + ", ") + "negotiation "
                    + millis(negotiation) + ", request " + millis(request);
        }
    }

    /**
     * Returns the times in short, such as {@code dial 491 ms, 127.0.0.1:1080: negotiation 208 ms, request 104 ms, ...}
     * with the total at the end. Safe to log.
     *
     * @return one line, in milliseconds, those below 10 with three digits after the point; without the look-up if there
     *     was none
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (!lookUp.isZero()) {
            text.append("look-up ").append(millis(lookUp)).append(", ");
        }
        text.append("dial ").append(millis(dial));
        proxies.forEach(proxy -> text.append(", ").append(proxy));
        return text.append(", total ").append(millis(total)).toString();
    }

    /** Returns a time in milliseconds, with three digits after the point if it is short. */
    static String millis(Duration time) {
        long micros = time.toNanos() / 1000;
        return micros < SHORT_MICROS
                ? String.format(Locale.ROOT, "%d.%03d ms", micros / 1000, micros % 1000)
                : micros / 1000 + " ms";
    }
}
