package dev.socks5.server.internal.session;

import dev.socks5.server.internal.policy.Admission;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.policy.Terms;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a session has been allowed so far: how it has come in, and what its request was granted. It knows the terms by
 * their edition alone, because a session may last for many of them. Its session's loop changes it.
 */
public final class Permit {

    private volatile @Nullable Admission admission;
    private volatile Screening.@Nullable Outcome granted;
    private Terms.@Nullable Edition edition;

    Permit() {}

    /**
     * Notes how the client has come in. Read by other threads, and so before its login counts: who changes the terms
     * after that and then judges again knows it.
     *
     * @param terms those by which it was let in
     */
    public void admitted(Admission how, Terms terms) {
        admission = how;
        edition = terms.edition();
    }

    /** Returns how the client has come in; {@code null} before that. May be called by any thread. */
    public @Nullable Admission admission() {
        return admission;
    }

    /** Notes that other terms let it in as well. */
    void admittedBy(Terms terms) {
        edition = terms.edition();
    }

    /** Whether it was these terms that let it in last. */
    public boolean isBy(Terms terms) {
        return edition == terms.edition();
    }

    /** Notes what has been granted, as for {@link #admitted}. */
    void granted(Screening.Outcome outcome) {
        granted = outcome;
    }

    /** Returns what its request was granted last; {@code null} before that. May be called by any thread. */
    public Screening.@Nullable Outcome granted() {
        return granted;
    }

    /** Forgets the other addresses that were granted, if it is known which of them was reached. */
    void reached(SocketAddress address) {
        Screening.@Nullable Outcome outcome = granted;
        if (outcome != null && outcome.route().isDirect() && address instanceof InetSocketAddress ip) {
            outcome.targets().stream()
                    .filter(target ->
                            ip.getAddress().equals(target.toInetSocketAddress().getAddress()))
                    .findFirst()
                    .ifPresent(target -> granted = outcome.only(target));
        }
    }
}
