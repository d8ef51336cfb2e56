package dev.socks5.client;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads what the environment says about proxies, in the variables that curl has made customary. */
record Environment(Map<String, String> variables) {

    private static final String ALL_PROXY = "ALL_PROXY";
    private static final String NO_PROXY = "NO_PROXY";

    /** Makes the client that the environment describes; empty if it names no proxy. */
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

    /** Gives the variable in lower case if that is set, else in upper case; an empty one is not set. */
    private Optional<String> value(String name) {
        Optional<String> lower = named(name.toLowerCase(Locale.ROOT));
        return lower.isPresent() ? lower : named(name);
    }

    private Optional<String> named(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }
}
