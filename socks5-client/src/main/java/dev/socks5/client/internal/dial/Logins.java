package dev.socks5.client.internal.dial;

import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.SendAhead;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Describes the ways to log in to one proxy. Immutable.
 *
 * @param passwords asked for each connection, with the destination; the login that it gives, which may be {@code null},
 *     is sent to this proxy alone
 * @param methods further methods, in order of preference
 * @param anonymous whether the proxy may select no authentication, if there is no further method
 * @param mayProtect whether a protection is to be expected of the further methods
 */
public record Logins(
        Function<? super Endpoint, ? extends @Nullable PasswordRequest> passwords,
        List<ClientNegotiation.Factory> methods,
        boolean anonymous,
        boolean mayProtect) {

    /** Asks for no login. */
    public static final Logins NONE = new Logins(destination -> null, List.of(), true, false);

    public Logins withPasswords(Function<? super Endpoint, ? extends @Nullable PasswordRequest> others) {
        return new Logins(others, methods, anonymous, mayProtect);
    }

    /** Gives the same with one more method. */
    public Logins withMethod(ClientNegotiation.Factory method, boolean protects) {
        List<ClientNegotiation.Factory> all = new ArrayList<>(methods);
        all.add(method);
        return new Logins(passwords, List.copyOf(all), anonymous, mayProtect || protects);
    }

    /** Gives the same without a way around. */
    public Logins required() {
        return new Logins(passwords, methods, false, mayProtect);
    }

    /** Makes the offers for one connection; the first one alone if a login is to be sent ahead of the selection. */
    List<ClientNegotiation> offers(Endpoint proxy, Command command, Endpoint destination, SendAhead ahead) {
        List<ClientNegotiation> offers = new ArrayList<>();
        try {
            for (ClientNegotiation.Factory method : methods) {
                offers.add(Objects.requireNonNull(method.begin(proxy, command, destination)));
            }
            addUsual(offers, passwords.apply(destination), ahead);
        } catch (Throwable e) {
            offers.forEach(ClientNegotiation::close);
            throw e;
        }
        if (offers.isEmpty()) {
            throw new IllegalStateException("the proxy " + proxy + " requires a login, and there is none");
        }
        if (ahead != SendAhead.ALL) {
            return offers;
        }
        offers.subList(1, offers.size()).forEach(ClientNegotiation::close);
        return offers.subList(0, 1);
    }

    private void addUsual(List<ClientNegotiation> offers, @Nullable PasswordRequest login, SendAhead ahead) {
        boolean onlyTheLogin = ahead == SendAhead.ALL && login != null;
        if (anonymous && methods.isEmpty() && !onlyTheLogin) {
            offers.add(ClientNegotiation.noAuthentication());
        }
        if (login != null) {
            offers.add(ClientNegotiation.password(login));
        }
    }
}
