package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sends everything to one proxy, but for the destinations that are named to go direct. */
final class SingleProxySelector extends ProxySelector {

    private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);
    private static final Pattern ZONE = Pattern.compile("%.*]");

    private final List<Proxy> proxy;
    private final Predicate<Endpoint> direct;

    SingleProxySelector(InetSocketAddress proxy, Predicate<Endpoint> direct) {
        this.proxy = List.of(new Proxy(Proxy.Type.SOCKS, proxy));
        this.direct = direct;
    }

    @Override
    public List<Proxy> select(@Nullable URI uri) {
        if (uri == null) {
            throw new IllegalArgumentException("a URI is needed");
        }
        return direct.test(destination(uri)) ? DIRECT : proxy;
    }

    private static Endpoint destination(URI uri) {
        String host = uri.getHost();
        if (host != null) {
            int port = uri.getPort();
            return Endpoint.of(withoutZone(host), port < 0 ? defaultPort(uri) : port);
        }
        // java.net.URI takes a name with an underscore for no host at all.
        String authority = uri.getRawAuthority();
        if (authority == null) {
            throw new IllegalArgumentException("a URI with a host is needed");
        }
        String hostAndPort = authority.substring(authority.lastIndexOf('@') + 1);
        return hostAndPort.indexOf(':') < 0 ? Endpoint.of(hostAndPort, defaultPort(uri)) : Endpoint.parse(hostAndPort);
    }

    /** {@code [fe80::1%eth0]} without the zone: it has no place in an endpoint. */
    private static String withoutZone(String host) {
        return ZONE.matcher(host).replaceFirst("]");
    }

    private static int defaultPort(URI uri) {
        String scheme = uri.getScheme();
        return switch (scheme == null ? "" : scheme.toLowerCase(Locale.ROOT)) {
            case "http" -> 80;
            case "https" -> 443;
            case "ftp" -> 21;
            default -> 0;
        };
    }

    @Override
    public void connectFailed(@Nullable URI uri, @Nullable SocketAddress address, @Nullable IOException failure) {
        if (uri == null || address == null || failure == null) {
            throw new IllegalArgumentException("a URI, an address and a failure are needed");
        }
        // There is no other proxy to turn to, and going direct is not for a failure to decide.
    }
}
