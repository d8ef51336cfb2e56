package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import java.time.Duration;
import java.util.List;

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
    public record ProxyTimes(Endpoint proxy, Duration tls, Duration negotiation, Duration request) {}
}
