package dev.socks5.codec;

import java.util.List;

/** The server takes none of the authentication methods that the client offered (RFC 1928 section 3, X'FF'). */
public final class NoAcceptableMethodException extends Socks5Exception {

    private static final long serialVersionUID = 1;

    NoAcceptableMethodException(List<AuthMethod> offered) {
        super("the proxy accepts none of the methods offered: " + offered);
    }
}
