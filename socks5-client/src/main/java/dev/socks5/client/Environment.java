package dev.socks5.client;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the environment says of proxies, in variables that curl has made customary. */
record Environment(Map<String, String> variables) {

    private static final String ALL_PROXY = "ALL_PROXY";
    private static final String NO_PROXY = "NO_PROXY";

    /** The client that it describes, or empty if it names no proxy. */
    Optional<Socks5Client> client() {
        return value(ALL_PROXY).map(uri -> {
            Socks5ClientBuilder builder = builder(uri);
            value(NO_PROXY).map(NoProxy::parse).ifPresent(builder::direct);
            return builder.build();
        });
    }

    private static Socks5ClientBuilder builder(String uri) {
        try {
            return Socks5Client.builder().uri(uri);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("in the environment variable " + ALL_PROXY + ": " + e.getMessage());
        }
    }

    /** In lower case if that is set, else in upper case; empty is not set. */
    private Optional<String> value(String name) {
        return named(name.toLowerCase(Locale.ROOT)).or(() -> named(name));
    }

    private Optional<String> named(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }
}
