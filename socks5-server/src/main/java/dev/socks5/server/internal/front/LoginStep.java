package dev.socks5.server.internal.front;

import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Protection;
import dev.socks5.codec.ServerHandshake;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import dev.socks5.server.internal.net.Log;
import dev.socks5.server.internal.policy.LoginRefused;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A step of a negotiation, from what the client has sent to what it is told: the part that may block. The event loop
 * learns of it what stands here, and does not touch the negotiation meanwhile.
 *
 * @param taken the bytes that it has taken from the client's
 * @param said the bytes for the client
 * @param turn the one after it
 * @param failure the reason for which the login has failed, or {@code null}
 * @param malformed whether it has failed because of what the client has sent
 */
record LoginStep(
        int taken,
        ByteBuffer said,
        Turn turn,
        Optional<Principal> user,
        Optional<Protection> protection,
        @Nullable String failure,
        boolean malformed) {

    /** The greatest number of bytes of all messages of one negotiation, each way. */
    static final int MAX_BYTES = 256 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Makes the outcome of a login that has not begun. */
    static LoginStep failed(String reason, ByteBuffer said) {
        return new LoginStep(0, said, Turn.FAILED, Optional.empty(), Optional.empty(), reason, false);
    }

    /** Makes the outcome of a failure, with what the negotiation says to it. Throws nothing; may block. */
    static LoginStep failed(ServerNegotiation its, Throwable e) {
        return new LoginStep(
                0,
                lastWords(its),
                Turn.FAILED,
                Optional.empty(),
                Optional.empty(),
                reason(e),
                e instanceof MalformedMessageException);
    }

    /**
     * Takes the step. Throws nothing; may block.
     *
     * @param in all that the client has sent; a view that nobody else has
     */
    static LoginStep take(ServerNegotiation its, ServerHandshake handshake, ByteBuffer in) {
        try {
            int taken = turn(its) == Turn.RECEIVE ? receive(its, in) : 0;
            ByteBuffer said = say(its);
            Turn turn = turn(its);
            if (turn != Turn.DONE) {
                return new LoginStep(taken, said, turn, Optional.empty(), Optional.empty(), null, false);
            }
            if (handshake.turn() != Turn.RECEIVE) { // It lets go of the negotiation, and waits for the request.
                throw new IllegalStateException("it was done, and is no longer");
            }
            Optional<Principal> user = Objects.requireNonNull(its.principal());
            Optional<Protection> protection = Objects.requireNonNull(its.protection());
            return new LoginStep(taken, said, turn, user, protection, null, false);
        } catch (Throwable e) { // Not every language checks exceptions.
            return failed(its, e);
        }
    }

    static Turn turn(ServerNegotiation its) {
        return Objects.requireNonNull(its.turn(), "whose turn is it?");
    }

    private static int receive(ServerNegotiation its, ByteBuffer in) throws Socks5Exception {
        int start = in.position();
        int there = in.remaining();
        boolean whole = its.receive(in);
        int taken = in.position() - start;
        if (whole ? taken <= 0 || taken > there : taken != 0) {
            throw new IllegalStateException("it has taken %d of %d bytes, and says %s".formatted(taken, there, whole));
        }
        return taken;
    }

    private static ByteBuffer say(ServerNegotiation its) throws Socks5Exception {
        if (turn(its) != Turn.SEND) {
            return NOTHING; // Most connections have no login, and need no stream for it.
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        while (turn(its) == Turn.SEND) {
            ByteBuffer message = its.send();
            byte[] bytes = new byte[message.remaining()];
            message.get(bytes);
            said.writeBytes(bytes);
            if (bytes.length == 0 || said.size() > MAX_BYTES) {
                throw new IllegalStateException("it does not come to an end with what it says");
            }
        }
        return ByteBuffer.wrap(said.toByteArray());
    }

    /** Has a negotiation that has failed say so, if it can. */
    private static ByteBuffer lastWords(ServerNegotiation its) {
        try {
            return its.turn() == Turn.SEND ? its.send() : NOTHING;
        } catch (Throwable e) {
            Log.debug("a negotiation that had failed could not say so: {0}", e);
            return NOTHING;
        }
    }

    /** Logs a failure, and says for listeners what it was: only the messages of our own kind are known to be clean. */
    static String reason(Throwable e) {
        if (e instanceof LoginRefused) {
            return String.valueOf(e.getMessage());
        }
        if (e instanceof Socks5Exception) {
            Log.debug("login refused: {0}", e);
            return String.valueOf(e.getMessage());
        }
        Log.warn("login refused: the negotiation failed", e);
        return "the negotiation failed: " + e.getClass().getName();
    }
}
