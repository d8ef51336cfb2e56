package dev.socks5.benchmarks.trips;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * The way of a connection.
 *
 * @param proxies one or several in a row, from here to there
 * @param login whether each of them asks for {@link #USER} and {@link #PASSWORD}
 * @param origin where it leads
 */
record Route(List<InetSocketAddress> proxies, boolean login, InetSocketAddress origin) {

    static final String USER = "alice";
    static final String PASSWORD = "s3cret";

    boolean isChain() {
        return proxies.size() > 1;
    }

    InetSocketAddress firstProxy() {
        return proxies.get(0);
    }

    @Override
    public String toString() {
        return proxies.size() + (isChain() ? " proxies" : " proxy") + (login ? " with login" : "");
    }
}
