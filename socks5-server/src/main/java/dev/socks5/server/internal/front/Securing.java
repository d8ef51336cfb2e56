package dev.socks5.server.internal.front;

import dev.socks5.server.CertificateAuthenticator;
import dev.socks5.server.CloseReason;
import dev.socks5.server.internal.net.Log;
import dev.socks5.server.internal.policy.Terms;
import dev.socks5.server.internal.secure.TlsHandshake;
import dev.socks5.server.internal.secure.TlsTerms;
import java.io.IOException;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first stage of a session where clients connect by TLS: the handshake, and then the question whether the client's
 * certificate is a login. Nothing is read as SOCKS before.
 */
final class Securing implements TlsHandshake.Caller {

    /**
     * What a certificate has come to.
     *
     * @param failure the reason for which the client may not even log in by another method, or {@code null}
     */
    private record Judgement(
            Optional<? extends Principal> user, @Nullable String failure) {

        private static Judgement failed(String reason) {
            return new Judgement(Optional.empty(), reason);
        }
    }

    private static final Judgement NO_ROOM = Judgement.failed("there is no room for another login");

    private final Session session;
    private final TlsHandshake handshake;

    private Securing(Session session, TlsTerms terms) {
        this.session = session;
        this.handshake = new TlsHandshake(session.client(), terms.accept(), session::run, this);
    }

    /** Takes over the connection of a session that has just begun. */
    static void begin(Session session, TlsTerms terms) throws IOException {
        Securing securing = new Securing(session, terms);
        session.atTheEnd(securing.handshake::cancel);
        securing.handshake.start();
    }

    @Override
    public void secured() {
        Terms terms = session.ticket().core().terms();
        @Nullable
        CertificateAuthenticator authenticator = terms.settings().logins().certificates();
        List<X509Certificate> chain = handshake.peer();
        if (authenticator == null || chain.isEmpty()) {
            session.secured(Optional.empty(), terms);
        } else if (authenticator.mayBlock()) {
            session.run(() -> judge(authenticator, chain), NO_ROOM, judgement -> take(judgement, terms));
        } else {
            take(judge(authenticator, chain), terms);
        }
    }

    private Judgement judge(CertificateAuthenticator authenticator, List<X509Certificate> chain) {
        try {
            Optional<? extends Principal> user =
                    authenticator.authenticate(chain, session.ticket().client());
            return new Judgement(user.isPresent() ? user : Optional.empty(), null); // Null fails here.
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("login refused: the authenticator of certificates failed", e);
            return Judgement.failed("the authenticator of certificates failed");
        }
    }

    private void take(Judgement judgement, Terms terms) {
        String failure = judgement.failure();
        if (failure == null) {
            session.secured(judgement.user(), terms);
        } else {
            session.client().guard(() -> session.loginFailed(failure, CloseReason.NOT_AUTHENTICATED));
        }
    }

    @Override
    public void failed(String reason, boolean answered) {
        session.client().guard(() -> session.handshakeFailed(reason, answered));
    }

    @Override
    public void left() {
        session.abort(CloseReason.CLIENT_LEFT);
    }

    @Override
    public void abort(CloseReason reason) {
        session.abort(reason);
    }
}
