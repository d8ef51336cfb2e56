package dev.socks5.server.internal.policy;

import dev.socks5.server.CertificateAuthenticator;
import dev.socks5.server.internal.net.Log;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that may change while a server runs, in one object: whoever has read it once decides by settings that belong
 * together. Two are the same only if they are the same object. Immutable.
 *
 * @param screening judges requests by the rules and the resolver of these settings
 * @param logins the methods that clients can select, the best first
 * @param edition stands for them where they are only told from others
 */
public record Terms(Settings settings, Screening screening, List<LoginMethod> logins, Edition edition) {

    /**
     * Tells terms from others. Whoever lasts longer than a decision keeps this instead of the terms, whose tables of
     * users and rules may be large.
     */
    public static final class Edition {
        private Edition() {}
    }

    /** Makes terms that are told from all others. */
    public Terms(Settings settings, Screening screening, List<LoginMethod> logins) {
        this(settings, screening, logins, new Edition());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    /** Whether {@link #admits} may block. */
    public boolean mayBlock(Admission admission) {
        if (admission.byCertificate()) {
            @Nullable CertificateAuthenticator certificates = settings.logins().certificates();
            return certificates != null && certificates.mayBlock();
        }
        return admission.user() != null // Else nobody is asked.
                && method(admission)
                        .map(login -> login.authenticator().mayBlock())
                        .orElse(false);
    }

    /**
     * Tells whether somebody who has come in by other terms would be let in by these: there is such a way to log in,
     * and whoever decides about it admits the user. May block. What it throws is logged, and counts as a no.
     */
    public boolean admits(Admission admission) {
        try {
            @Nullable Principal user = admission.user();
            if (admission.byCertificate()) {
                @Nullable
                CertificateAuthenticator certificates = settings.logins().certificates();
                return certificates != null && user != null && certificates.admits(user);
            }
            Optional<LoginMethod> method = method(admission);
            return method.isPresent()
                    && (user == null || method.get().authenticator().admits(user));
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("not admitted any more: an authenticator failed", e);
            return false;
        }
    }

    private Optional<LoginMethod> method(Admission admission) {
        return logins.stream()
                .filter(login -> login.method().equals(admission.method()))
                .findFirst();
    }
}
