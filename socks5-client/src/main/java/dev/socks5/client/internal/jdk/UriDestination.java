package dev.socks5.client.internal.jdk;

import dev.socks5.codec.Endpoint;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/** Reads the destination of a URI that a {@link java.net.ProxySelector} is asked for. */
public final class UriDestination {

    private static final Pattern ZONE = Pattern.compile("%.*]");

    private UriDestination() {}

    public static Endpoint of(URI uri) {
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

    /** Takes the zone out of {@code [fe80::1%eth0]}: it has no place in an endpoint. */
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
}
