package dev.socks5.simulation;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is allowed for a while, besides what {@link Addresses} has for always: an operator puts other terms in their
 * place.
 *
 * @param unknownUser the one of {@link Script#USERS} who is not known any more; -1 for none
 * @param refusedVisits the rules refuse every third visit, from this one on; -1 for none
 * @param refusedHost the last octet of an address in 192.0.2.0/24 that the rules refuse; -1 for none
 */
record Terms(int unknownUser, int refusedVisits, int refusedHost) {

    /** Those that a server begins with. */
    static final Terms FIRST = new Terms(-1, -1, -1);

    private static final int FIRST_HOST = 192;

    /** Chooses some by a number. */
    static Terms of(int number) {
        return new Terms(
                number % 3 - 1,
                number / 3 % 2 == 0 ? -1 : number / 6 % 3,
                number / 18 % 2 == 0 ? -1 : 1 + number / 36 % 2);
    }

    boolean knows(@Nullable String user) {
        return unknownUser < 0 || !Script.USERS[unknownUser].equals(user);
    }

    boolean refuses(Visit visit) {
        return refusedVisits >= 0 && visit.id() % 3 == refusedVisits;
    }

    boolean refuses(InetAddress address) {
        byte[] b = address.getAddress();
        return b.length == 4 && (b[0] & 0xFF) == FIRST_HOST && b[1] == 0 && b[2] == 2 && b[3] == refusedHost;
    }

    boolean allows(Visit visit, InetSocketAddress target) {
        return !refuses(visit) && !refuses(target.getAddress());
    }

    /** Whether they may refuse something that a visit asks for. */
    boolean touch(Visit visit) {
        return refuses(visit) || refusedHost >= 0;
    }
}
