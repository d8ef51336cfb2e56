package dev.socks5.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the client of a factory that is named in a configuration: from a URI, a system property or the environment. */
final class ConfiguredClient {

    private static final String STAND_FOR_NAMES = "addressesStandForNames";
    private static final String PLACEHOLDERS = "placeholderAddresses";
    private static final String SEND_AHEAD = "sendAhead";
    private static final String SEND_LOGIN_AHEAD = "sendAhead=login";

    private ConfiguredClient() {}

    /**
     * Makes a client for the proxy that a URI names, or else the property, or else the environment.
     *
     * @param uri with options behind it, if any; {@code null} for none
     * @throws IllegalStateException if it is {@code null}, and no proxy is set elsewhere
     * @throws IllegalArgumentException if it is no URI of a SOCKS5 proxy; the message repeats nothing of it
     */
    static Socks5Client of(@Nullable String uri) {
        return uri == null ? configured() : read(uri);
    }

    private static Socks5Client configured() {
        String uri = System.getProperty(Socks5SocketFactory.PROPERTY, "");
        return (uri.isEmpty() ? Socks5Client.fromEnvironment() : Optional.of(read(uri)))
                .orElseThrow(() -> new IllegalStateException("no SOCKS5 proxy is set, neither in the system property "
                        + Socks5SocketFactory.PROPERTY + " nor as ALL_PROXY"));
    }

    private static Socks5Client read(String uri) {
        int question = uri.indexOf('?', uri.lastIndexOf('@') + 1);
        if (question < 0) {
            return Socks5Client.of(uri);
        }
        Socks5ClientBuilder builder = Socks5Client.builder().uri(uri.substring(0, question));
        for (String option : uri.substring(question + 1).split("&", -1)) {
            set(option, builder);
        }
        return builder.build();
    }

    private static void set(String option, Socks5ClientBuilder builder) {
        switch (option) {
            case STAND_FOR_NAMES -> builder.addressesStandForNames();
            case PLACEHOLDERS -> builder.placeholderAddresses();
            case SEND_AHEAD -> builder.sendAhead();
            case SEND_LOGIN_AHEAD -> builder.sendLoginAhead();
            default ->
                throw new IllegalArgumentException("the options of a factory, behind a ? and joined by &, are: "
                        + String.join(", ", STAND_FOR_NAMES, PLACEHOLDERS, SEND_AHEAD, SEND_LOGIN_AHEAD));
        }
    }
}
