package dev.socks5.proxy;

import dev.socks5.codec.Endpoint;

/**
 * Where to listen.
 *
 * @param endpoint an address or a name; {@code null} for the socket that is the standard input of this process
 */
record ListenPlace(Endpoint endpoint) {

    private static final String INHERITED = "inherited";

    static ListenPlace parse(String text) {
        return new ListenPlace(text.equals(INHERITED) ? null : Endpoint.parse(text));
    }

    boolean isInherited() {
        return endpoint == null;
    }
}
