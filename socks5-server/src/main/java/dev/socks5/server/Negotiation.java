package dev.socks5.server;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.PasswordResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Selects a session's method and negotiates by it (RFC 1928 section 3). Policies that may block run on other threads. */
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
        Ticket ticket = session.ticket();
        Login login = new Login(request, ticket.client());
        LoginThrottle throttle = ticket.core().throttle();
        if (authenticator.mayBlock()) {
            session.scope()
                    .run(
                            ticket.client().getAddress(),
                            () -> login.judge(authenticator, throttle),
                            Optional.empty(),
                            this::answerLogin);
        } else {
            answerLogin(login.judge(authenticator, throttle));
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
        session.scope()
                .run(
                        session.ticket().client().getAddress(),
                        () -> login.answer(message),
                        GssapiLogin.ABORT,
                        answers -> answer(login, answers));
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

    /** RFC 1961 section 3.8. */
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
