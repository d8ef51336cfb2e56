package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import java.util.List;

/**
 * Describes an attempt to have a request carried out. Its {@code toString} is safe to log.
 *
 * @param id the number of the attempt, counted in this JVM from 1
 * @param request what the last proxy is asked for, with the name of a destination that is looked up here; for a
 *     destination that goes direct, a CONNECT to it
 * @param proxies the proxies on the way, from here to there, without their logins; empty if the destination goes
 *     direct. One that listens on a Unix domain socket is {@link dev.socks5.codec.ProxyUri#LOCAL}.
 */
public record ConnectAttempt(long id, Request request, List<Endpoint> proxies) {

    /**
     * Makes a description.
     *
     * @param id the number of the attempt
     * @param request what is asked for
     * @param proxies copied
     */
    public ConnectAttempt {
        proxies = List.copyOf(proxies);
    }
}
