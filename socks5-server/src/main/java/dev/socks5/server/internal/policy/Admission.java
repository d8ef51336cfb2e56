package dev.socks5.server.internal.policy;

import dev.socks5.codec.AuthMethod;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * The way in which a client has come in: what has to be good still when the settings have changed.
 *
 * @param method the method that it has selected
 * @param byCertificate whether its certificate was the login, and the method was none
 * @param user the user that the login has made known, if any
 */
public record Admission(
        AuthMethod method, boolean byCertificate, @Nullable Principal user) {

    private static final Admission WITHOUT_LOGIN = new Admission(AuthMethod.NO_AUTHENTICATION, false, null);

    /** Returns the admission by a method; without a new object where nobody has logged in. */
    public static Admission by(AuthMethod method, boolean certificate, @Nullable Principal user) {
        boolean withoutLogin = method.equals(AuthMethod.NO_AUTHENTICATION) && !certificate && user == null;
        return withoutLogin ? WITHOUT_LOGIN : new Admission(method, certificate, user);
    }

    /** Describes it without the name, which is the client's text. */
    @Override
    public String toString() {
        return byCertificate ? "by certificate" : "by " + method;
    }
}
