package dev.socks5.server.internal.front;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.PasswordResponse;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.internal.limits.LoginThrottle;
import dev.socks5.server.internal.net.Log;
import dev.socks5.server.internal.policy.GssapiLogin;
import dev.socks5.server.internal.policy.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Selects a session's method and negotiates by it (RFC 1928 section 3). Policies that may block run on other threads.
 */
final class Negotiation {

    private final Session session;
    private final Settings.Logins logins;
    private boolean isGssapi;
    private @Nullable GssapiLogin gssapi;

    Negotiation(Session session) {
        this.session = session;
        this.logins = session.ticket().settings().logins();
    }

    void select(Greeting greeting) throws IOException {
        AuthMethod selected = logins.methods().stream()
                .filter(greeting.methods()::contains)
                .findFirst()
                .orElse(AuthMethod.NO_ACCEPTABLE);
        session.client().write(session.handshake().send(new MethodSelection(selected)));
        isGssapi = selected.equals(AuthMethod.GSSAPI);
        if (selected.equals(AuthMethod.NO_ACCEPTABLE)) {
            failed();
        }
    }

    /** Whether a GSS-API negotiation is under way, in which a failure has a message of its own: see {@link #abort}. */
    boolean isGssapi() {
        return isGssapi;
    }

    void authenticate(PasswordRequest request) {
        PasswordAuthenticator authenticator = Objects.requireNonNull(logins.passwords());
        if (authenticator.mayBlock()) {
            session.run(() -> judge(request, authenticator), Optional.empty(), this::answerLogin);
        } else {
            answerLogin(judge(request, authenticator));
        }
    }

    /** Asks the authenticator, unless the client guesses too often; empty if the login is not good. May block. */
    private Optional<? extends Principal> judge(PasswordRequest login, PasswordAuthenticator authenticator) {
        InetSocketAddress client = session.ticket().client();
        LoginThrottle throttle = session.ticket().core().throttle();
        if (throttle.keepsOut(client.getAddress())) {
            return Optional.empty(); // Guesses made side by side may all be on their way before the first has failed.
        }
        try {
            Optional<? extends Principal> user = authenticator.authenticate(login, client);
            if (user.isEmpty()) {
                throttle.failed(client.getAddress());
            }
            // Asked again, because some were asked at the same time: of too many guesses, none may be told from the
            // others.
            return throttle.keepsOut(client.getAddress()) ? Optional.empty() : user;
        } catch (Throwable e) { // Not every language checks exceptions. It says nothing about the login.
            Log.warn("login refused: the authenticator failed", e);
            return Optional.empty();
        }
    }

    private void answerLogin(Optional<? extends Principal> user) {
        session.client().guard(() -> {
            PasswordResponse response = user.isPresent() ? PasswordResponse.SUCCESS : PasswordResponse.FAILURE;
            session.client().write(session.handshake().send(response));
            if (user.isPresent()) {
                session.ticket().loggedIn(user.get());
                session.proceed();
            } else {
                failed();
            }
        });
    }

    void authenticate(GssapiMessage message) {
        GssapiLogin login =
                gssapi == null ? Objects.requireNonNull(logins.gssapi()).begin() : gssapi;
        gssapi = login;
        session.run(() -> login.answer(message), GssapiLogin.ABORT, answers -> answer(login, answers));
    }

    private void answer(GssapiLogin login, List<GssapiMessage> answers) {
        session.client().guard(() -> {
            if (answers.equals(GssapiLogin.ABORT)) {
                abort();
                return;
            }
            session.client().write(session.handshake().send(answers));
            if (login.user().isPresent()) {
                isGssapi = false;
                gssapi = null;
                login.protection().ifPresent(session::protect);
                session.ticket().loggedIn(login.user().get());
            }
            session.proceed();
        });
    }

    /** Sends the failure of RFC 1961 section 3.8 and closes the connection. */
    void abort() throws IOException {
        session.client().write(session.handshake().send(GssapiLogin.ABORT));
        failed();
    }

    private void failed() throws IOException {
        session.ticket().tell(Socks5ServerListener::loginFailed);
        session.drainAndClose();
    }

    /** Ends a negotiation that is under way. */
    void close() {
        if (gssapi != null) {
            gssapi.close();
        }
    }
}
