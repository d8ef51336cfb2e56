package dev.socks5.server.internal.front;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.GssapiToken;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Turn;
import dev.socks5.server.CloseReason;
import dev.socks5.server.internal.net.Channels;
import dev.socks5.server.internal.policy.Admission;
import dev.socks5.server.internal.policy.LoginMethod;
import dev.socks5.server.internal.policy.Terms;
import dev.socks5.server.internal.session.Ticket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Selects a session's method and negotiates by it (RFC 1928 section 3), within bounds: whatever a negotiation does, it
 * takes no more of the client's bytes than they allow, and its failure ends this login and nothing else. What may block
 * runs on another thread, which has the negotiation for itself meanwhile.
 */
final class Negotiation {

    /** The greatest length of one message: that of GSSAPI's (RFC 1961 section 3). */
    private static final int MAX_MESSAGE = 4 + GssapiToken.MAX_LENGTH;

    private static final String NO_ROOM = "there is no room for another login";

    private final Session session;
    private @Nullable LoginMethod certificate;
    private @Nullable Terms certifiedBy;
    private @Nullable LoginMethod method;
    private @Nullable Terms terms;
    private boolean mayBlock;
    private @Nullable ServerNegotiation its;
    private Turn turn = Turn.RECEIVE;
    private boolean elsewhere;
    private int bytesIn;
    private int bytesOut;

    /** The bytes that it has looked at and not taken, though it said that none were missing. */
    private int inVain;

    Negotiation(Session session) {
        this.session = session;
    }

    /**
     * Learns the client by its certificate: it need not log in any more, if it offers that.
     *
     * @param by the terms by which the certificate is a login
     */
    void certified(Principal user, Terms by) {
        certificate = CertificateLogin.of(user);
        certifiedBy = by;
    }

    void select(Greeting greeting) throws IOException {
        Terms now = session.ticket().core().terms();
        Optional<LoginMethod> selected = Stream.concat(Stream.ofNullable(certificate), now.logins().stream())
                .filter(login -> greeting.methods().contains(login.method()))
                .findFirst();
        if (selected.isEmpty()) {
            refuse("no acceptable method was offered");
            return;
        }
        ByteBuffer selection;
        try {
            selection = begin(selected.get());
            terms = selected.get().equals(certificate) ? certifiedBy : now;
        } catch (Throwable e) { // Not every language checks exceptions.
            refuse(LoginStep.reason(e));
            return;
        }
        session.client().write(selection);
    }

    private ByteBuffer begin(LoginMethod login) {
        ServerNegotiation begun = Objects.requireNonNull(
                login.authenticator().begin(session.ticket().client()));
        its = begun;
        method = login;
        mayBlock = login.authenticator().mayBlock();
        AuthMethod own = begun.method();
        if (!own.equals(login.method())) {
            throw new IllegalStateException("a negotiation of %s, made for %s".formatted(own, login.method()));
        }
        turn = LoginStep.turn(begun);
        return session.handshake().select(begun);
    }

    private void refuse(String reason) throws IOException {
        session.client().write(session.handshake().refuse());
        session.loginFailed(reason, CloseReason.NOT_AUTHENTICATED);
    }

    /** Whether a negotiation has begun and is not over. */
    boolean isUnderWay() {
        return its != null;
    }

    /** Whether another thread has it: what the client sends has to wait. */
    boolean isElsewhere() {
        return elsewhere;
    }

    /**
     * Goes on with what the client has sent.
     *
     * @param received left as it is, here and later: another thread may read it
     * @return false if more is needed
     */
    boolean advance(ByteBuffer received) throws IOException {
        ServerNegotiation negotiation = Objects.requireNonNull(its);
        ByteBuffer in = received.duplicate();
        try {
            if (turn == Turn.RECEIVE && !isWhole(negotiation, received)) {
                return false;
            }
        } catch (Throwable e) { // Not every language checks exceptions.
            carryOut(() -> LoginStep.failed(negotiation, e), in);
            return true;
        }
        carryOut(() -> LoginStep.take(negotiation, session.handshake(), in), in);
        return true;
    }

    /** Whether there is a message, as far as that can be told without taking it. */
    private boolean isWhole(ServerNegotiation negotiation, ByteBuffer received) throws MalformedMessageException {
        int length = received.remaining();
        if (length == inVain) {
            return false;
        }
        int missing = negotiation.missing(received.duplicate());
        if (missing < 0 || missing > Math.max(0, MAX_MESSAGE - length)) { // What is behind a whole one may be as long.
            throw new MalformedMessageException(
                    "a message of a login that has %d bytes so far, and lacks %d".formatted(length, missing));
        }
        return missing == 0;
    }

    private void carryOut(Supplier<LoginStep> work, ByteBuffer in) throws IOException {
        if (turn == Turn.DONE || !mayBlock) {
            end(work.get(), in);
            return;
        }
        elsewhere = true;
        ByteBuffer refusal = Objects.requireNonNull(method).refusal();
        LoginStep noRoom = LoginStep.failed(NO_ROOM, refusal);
        session.run(work, noRoom, step -> {
            elsewhere = false;
            session.proceed(() -> end(step, in));
        });
    }

    /** Takes note of a step that was taken. */
    private void end(LoginStep step, ByteBuffer in) throws IOException {
        bytesIn += step.taken();
        bytesOut += step.said().remaining();
        inVain = turn == Turn.RECEIVE && step.taken() == 0 ? in.remaining() : 0;
        turn = step.turn();
        if (step.failure() != null) {
            fail(step, step.failure());
        } else if (Math.max(bytesIn, bytesOut) > LoginStep.MAX_BYTES || inVain >= MAX_MESSAGE) {
            session.loginFailed("the login takes too many bytes", CloseReason.MALFORMED);
        } else if (turn == Turn.FAILED) {
            fail(step, "the login was not good");
        } else {
            session.skip(step.taken());
            if (turn == Turn.DONE) {
                conclude(step);
            } else {
                session.client().write(step.said());
            }
        }
    }

    /** Ends a login that is good by the terms by which it has begun. If others hold now, they have to admit it. */
    private void conclude(LoginStep step) throws IOException {
        Ticket ticket = session.ticket();
        Terms begun = Objects.requireNonNull(terms);
        LoginMethod selected = Objects.requireNonNull(method);
        Admission admission = Admission.by(
                selected.method(), selected.equals(certificate), step.user().orElse(null));
        ticket.permit()
                .admitted(admission, begun); // First: who changes the terms after this look at them will find it there.
        Terms now = ticket.core().terms();
        if (now.equals(begun)) {
            session.client().write(step.said());
            succeed(step);
        } else if (now.mayBlock(admission)) {
            elsewhere = true;
            session.run(() -> objection(now, admission), Optional.of(NO_ROOM), objection -> {
                elsewhere = false;
                session.proceed(() -> conclude(step, now, objection));
            });
        } else {
            conclude(step, now, objection(now, admission));
        }
    }

    private static Optional<String> objection(Terms terms, Admission admission) {
        return terms.admits(admission) ? Optional.empty() : Optional.of("the settings have changed during the login");
    }

    private void conclude(LoginStep step, Terms by, Optional<String> objection) throws IOException {
        terms = by;
        if (objection.isEmpty()) {
            conclude(step); // They may have changed once more.
        } else {
            session.client().write(Objects.requireNonNull(method).refusal());
            session.loginFailed(objection.get(), CloseReason.NOT_AUTHENTICATED);
        }
    }

    private void fail(LoginStep step, String reason) throws IOException {
        boolean silent = step.malformed() && !step.said().hasRemaining();
        session.client().write(step.said());
        session.loginFailed(reason, silent ? CloseReason.MALFORMED : CloseReason.NOT_AUTHENTICATED);
    }

    private void succeed(LoginStep step) {
        if (step.protection().isPresent()) {
            its = null; // The connection closes the protection, and that is enough.
            session.protect(step.protection().get());
        } else {
            close();
        }
        step.user().ifPresent(session.ticket()::loggedIn);
    }

    /** Ends a negotiation that is under way, or over without a protection; also one that another thread has. */
    void close() {
        ServerNegotiation over = its;
        its = null;
        if (over != null) {
            Channels.end(over);
        }
    }
}
