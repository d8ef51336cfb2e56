package dev.socks5.client.internal.jdk;

import dev.socks5.client.internal.dial.Hop;
import dev.socks5.client.internal.dial.Logins;
import dev.socks5.client.internal.dial.Proxies;
import dev.socks5.client.internal.dial.ProxyPath;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the proxies that the JDK's own SOCKS5 can use. */
public final class JdkProxies {

    private JdkProxies() {}

    /**
     * Gives the only proxy of each path.
     *
     * @throws UnsupportedOperationException if there is anything to one that the JDK cannot do
     */
    public static List<Hop> of(Proxies proxies) {
        return proxies.paths().stream().map(JdkProxies::only).collect(Collectors.toList());
    }

    private static Hop only(ProxyPath path) {
        if (path.hops().size() > 1 || path.firstLeg() != null) {
            throw new UnsupportedOperationException("the JDK's own SOCKS5 knows neither chains nor socket factories");
        }
        if (path.preparation().hook() != null) {
            throw new UnsupportedOperationException("the JDK would open its sockets past the socket hook");
        }
        Hop proxy = path.first();
        if (proxy.isLocal()) {
            throw new UnsupportedOperationException("the JDK's own SOCKS5 knows no Unix domain sockets");
        }
        if (proxy.isSecured()) {
            throw new UnsupportedOperationException("the JDK's own SOCKS5 knows no TLS, and would go without");
        }
        Logins logins = proxy.logins();
        if (!logins.methods().isEmpty() || !logins.anonymous()) {
            throw new UnsupportedOperationException(
                    "the JDK's own SOCKS5 knows no GSSAPI and no method of your own, and would go without");
        }
        return proxy;
    }
}
