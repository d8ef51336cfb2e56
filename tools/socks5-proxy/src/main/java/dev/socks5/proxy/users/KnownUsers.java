package dev.socks5.proxy.users;

import dev.socks5.codec.PasswordRequest;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.PasswordAuthenticator;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.Principal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Checks logins by passwords and hashes. A login that fails takes the same time for every name, known or not: that of
 * the dearest hash that there is. The last good password of a user with a hash is remembered by a quick mark, so that
 * a program with many connections waits for its hash once.
 */
public final class KnownUsers implements PasswordAuthenticator {

    /** Nobody's password: what unknown users send is compared with it. */
    private static final byte[] NOBODY = new byte[16];

    private static final int NO_HASHES = 0;

    /** One user. */
    private static final class Entry {
        private final String name;
        private final Password password;
        private volatile byte[] mark; // Of the last good password; null before there was one.

        private Entry(User user) {
            this.name = user.name();
            this.password = user.password();
        }

        private boolean remembers(byte[] another) {
            byte[] last = mark;
            return last != null && MessageDigest.isEqual(last, another);
        }
    }

    /** By the name's bytes. */
    private final Map<String, Entry> entries = new HashMap<>();

    private final int dearest;
    private final HashCheck hashes;
    private final HashWork work;

    private KnownUsers(Map<String, Password> passwords, Map<String, Entry> before, HashCheck hashes, HashWork work) {
        this.hashes = hashes;
        this.work = work;
        passwords.forEach((name, password) -> {
            String octets = PasswordRequest.of(name, "").username();
            Entry known = before.get(octets);
            boolean same = known != null && known.password.equals(password);
            entries.put(octets, same ? known : new Entry(new User(name, password)));
        });
        dearest = passwords.values().stream()
                .mapToInt(password -> password instanceof Password.Hash hash ? Bcrypt.cost(hash.text()) : NO_HASHES)
                .max()
                .orElse(NO_HASHES);
    }

    /** Knows nobody yet. A login waits for as long as {@code patience} for others whose hashes are checked. */
    public static KnownUsers none(Duration patience) {
        return of(Map.of(), HashCheck.BCRYPT, new HashWork(patience));
    }

    static KnownUsers of(Map<String, Password> passwords, HashCheck hashes, HashWork work) {
        return new KnownUsers(passwords, Map.of(), hashes, work);
    }

    /** Knows these users instead; those whose password is the same stay remembered. */
    public KnownUsers replacedBy(Map<String, Password> passwords) {
        return new KnownUsers(passwords, entries, hashes, work);
    }

    /** @throws BusyException if others keep the hash from being checked: then nothing is known about the login */
    @Override
    public Optional<? extends Principal> authenticate(PasswordRequest login, ClientAddress client) throws Exception {
        byte[] given = login.password().getBytes(StandardCharsets.ISO_8859_1);
        Entry entry = entries.get(login.username());
        boolean good = (entry != null && entry.password instanceof Password.Hash hash)
                ? isGood(given, client, entry, hash.text())
                : isGood(given, client, entry == null ? null : (Password.Plain) entry.password);
        return good ? Optional.of(new KnownUser(entry.name, entry.password)) : Optional.empty();
    }

    /** @param expected {@code null} for nobody's */
    private boolean isGood(byte[] given, ClientAddress client, Password.Plain expected) throws Exception {
        // The work depends on the length of the first array alone: on what the client sent.
        boolean same = MessageDigest.isEqual(
                given, expected == null ? NOBODY : expected.text().getBytes(StandardCharsets.UTF_8));
        boolean good = same && expected != null;
        if (!good && dearest != NO_HASHES) {
            try {
                work.inTurn(client, () -> {
                    hashes.spend(dearest);
                    return false;
                });
            } catch (BusyException e) {
                // It is wrong all the same, and counts as a guess: else others' work would be a cover for guesses.
            }
        }
        return good;
    }

    private boolean isGood(byte[] given, ClientAddress client, Entry entry, String hash) throws Exception {
        byte[] mark = Marks.of(given);
        if (entry.remembers(mark)) {
            return true;
        }
        try {
            return work.inTurn(client, () -> {
                if (entry.remembers(mark)) { // Another connection has had the work meanwhile.
                    return true;
                }
                boolean good = hashes.matches(given, hash);
                if (good) {
                    entry.mark = mark;
                } else {
                    spendTheRest(Bcrypt.cost(hash));
                }
                return good;
            });
        } catch (BusyException e) {
            if (entry.mark == null) {
                throw e;
            }
            return entry.remembers(mark); // The good one is known, so that this says for certain what another is.
        }
    }

    /** Each step of the cost doubles the work: from one to another it takes one of each in between. */
    private void spendTheRest(int cost) {
        for (int more = cost; more < dearest; more++) {
            hashes.spend(more);
        }
    }

    /** Admits a user who is still there with the same password, or the same hash, as at the login. */
    @Override
    public boolean admits(Principal user) {
        Entry entry = entries.get(PasswordRequest.of(user.getName(), "").username());
        return entry != null && user instanceof KnownUser known && known.cameBy(entry.password);
    }

    /** Passwords that are plain are compared in no time. */
    @Override
    public boolean mayBlock() {
        return dearest != NO_HASHES;
    }
}
