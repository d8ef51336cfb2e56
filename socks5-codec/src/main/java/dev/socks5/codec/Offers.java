package dev.socks5.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The methods that a client offers, and the negotiation of the one that the server selects. */
final class Offers {

    private final List<ClientNegotiation> all;
    private final Greeting greeting;
    private ClientNegotiation selected; // until the server has selected one, the first
    private boolean protectionTaken;
    private boolean closed;

    /**
     * Offers methods.
     *
     * @param all at least one, and each method once
     */
    Offers(List<? extends ClientNegotiation> all) {
        List<AuthMethod> methods = new ArrayList<>(all.size());
        for (Negotiation offer : all) { // No stream: this is done for each connection.
            if (offer.method().equals(AuthMethod.NO_ACCEPTABLE) || methods.contains(offer.method())) {
                throw new IllegalArgumentException("cannot be offered, or not twice: " + offer.method());
            }
            methods.add(offer.method());
        }
        if (methods.isEmpty()) {
            throw new IllegalArgumentException("at least one method has to be offered");
        }
        this.all = List.copyOf(all);
        this.greeting = new Greeting(methods);
        this.selected = this.all.get(0);
    }

    /** Makes the usual offers: no authentication, and the login if there is one. */
    static Offers of(@Nullable PasswordRequest login) {
        ClientNegotiation nothing = ClientNegotiation.noAuthentication();
        return new Offers(login == null ? List.of(nothing) : List.of(nothing, ClientNegotiation.password(login)));
    }

    Greeting greeting() {
        return greeting;
    }

    /** Tells whether the server has no choice. */
    boolean isSingle() {
        return all.size() == 1;
    }

    /** Takes the server's choice; the negotiations of the other methods are closed. */
    void select(AuthMethod method) throws Socks5Exception {
        if (method.equals(AuthMethod.NO_ACCEPTABLE)) {
            throw new NoAcceptableMethodException(greeting.methods());
        }
        int index = greeting.methods().indexOf(method);
        if (index < 0) {
            throw new MalformedMessageException("the proxy selected a method that was not offered: " + method);
        }
        selected = all.get(index);
        closeExcept(selected);
    }

    ClientNegotiation selected() {
        return selected;
    }

    /** Tells whether nothing that the server may still say, except no, changes what the request has to look like. */
    boolean leaveRequestClear() {
        return selected.turn() == Turn.DONE
                ? !selected.protection().isPresent()
                : selected.turn() == Turn.RECEIVE && selected.awaitsVerdict();
    }

    /**
     * Tells whether the negotiation is over, so that the reply is next, or the request.
     *
     * @param requestSent whether the request was sent ahead: then nothing may be left to say, and nothing be protected
     */
    boolean areSettled(boolean requestSent) throws Socks5Exception {
        Turn turn = selected.turn();
        boolean bare = !selected.protection().isPresent();
        if (turn == Turn.FAILED) {
            throw new AuthenticationFailedException("no login by " + selected.method(), Wire.MAX_OCTET);
        }
        if (requestSent && (turn == Turn.SEND || !bare)) {
            throw new MalformedMessageException("the proxy's answer to " + selected.method()
                    + " does not fit the request that was sent ahead of it");
        }
        if (turn == Turn.DONE && bare) {
            selected.close();
        }
        return turn == Turn.DONE;
    }

    /** Gives the protection that has come of it to somebody who closes it, and who may hear of the proxy's failures. */
    Optional<Protection> protection(@Nullable Endpoint proxy) {
        if (closed && !protectionTaken) {
            return Optional.empty();
        }
        Optional<Protection> protection = selected.protection();
        protectionTaken |= protection.isPresent();
        if (protection.isPresent() && protection.get() instanceof GssapiProtection gssapi) {
            gssapi.blame(proxy);
        }
        return protection;
    }

    /** Closes all negotiations, except the one whose protection was taken; there is none to be taken after that. */
    void close() {
        closed = true;
        closeExcept(protectionTaken ? selected : null);
    }

    @SuppressWarnings("ReferenceEquality") // an application's negotiations may be equal to each other
    private void closeExcept(@Nullable Negotiation kept) {
        for (Negotiation offer : all) {
            if (offer != kept) {
                offer.close();
            }
        }
    }
}
