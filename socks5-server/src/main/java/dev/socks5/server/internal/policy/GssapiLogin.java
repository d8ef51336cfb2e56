package dev.socks5.server.internal.policy;

import dev.socks5.codec.GssapiException;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.GssapiNegotiation;
import dev.socks5.codec.Protection;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.server.internal.net.Channels;
import dev.socks5.server.internal.net.Log;
import java.security.Principal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A login by GSS-API (RFC 1961) that is under way. */
public final class GssapiLogin {

    /**
     * The way in which a server does such logins.
     *
     * @param negotiations makes one for each connection
     * @param users finds the user of a name, if the name is good enough
     */
    public record Policy(
            Supplier<? extends GssapiNegotiation> negotiations,
            Function<? super String, ? extends Optional<? extends Principal>> users) {

        public GssapiLogin begin() {
            return new GssapiLogin(Objects.requireNonNull(negotiations.get()), users);
        }
    }

    /** The message for a client whose login has failed. */
    public static final List<GssapiMessage> ABORT = List.of(new GssapiMessage.Abort());

    private final GssapiNegotiation negotiation;
    private final Function<? super String, ? extends Optional<? extends Principal>> users;
    private @Nullable Principal user;

    private GssapiLogin(
            GssapiNegotiation negotiation, Function<? super String, ? extends Optional<? extends Principal>> users) {
        this.negotiation = negotiation;
        this.users = users;
    }

    /** Finds the answers to a message. May block. */
    public List<GssapiMessage> answer(GssapiMessage message) {
        try {
            List<GssapiMessage> answers = negotiation.answer(message);
            return negotiation.isDone() && !isKnown() ? ABORT : answers;
        } catch (Socks5Exception e) {
            Log.debug("login refused: {0}", e);
        } catch (Throwable e) { // Of a mechanism or a policy. It says nothing about the login.
            Log.warn("login refused: the mechanism or the policy failed", e);
        }
        return ABORT;
    }

    private boolean isKnown() throws GssapiException {
        user = users.apply(negotiation.peerName()).orElse(null);
        return user != null;
    }

    /** Returns the user, once the last message was answered. */
    public Optional<Principal> user() {
        return Optional.ofNullable(user);
    }

    /** Returns the protection of everything from now on. Without any, the context is of no use any more, and ends. */
    public Optional<Protection> protection() {
        Optional<Protection> protection = negotiation.protection();
        if (protection.isEmpty()) {
            close();
        }
        return protection;
    }

    public void close() {
        Channels.end(negotiation);
    }
}
