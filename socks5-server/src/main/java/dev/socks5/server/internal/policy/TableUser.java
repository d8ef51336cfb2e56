package dev.socks5.server.internal.policy;

import java.security.MessageDigest;
import java.security.Principal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user of a {@link PasswordTable}: its name and, for nobody else to see, the password by which it has logged in. Two
 * are equal if their names are.
 */
final class TableUser implements Principal {

    private final String name;
    private final String key;
    private final byte[] password;

    /**
     * Makes a user who has logged in.
     *
     * @param name for everybody
     * @param key the name as it is in a table
     */
    TableUser(String name, String key, byte[] password) {
        this.name = name;
        this.key = key;
        this.password = password;
    }

    @Override
    public String getName() {
        return name;
    }

    /** Whether a table has this user with this password. */
    boolean isIn(Map<String, byte[]> passwords) {
        byte @Nullable [] expected = passwords.get(key);
        return expected != null && MessageDigest.isEqual(password, expected);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TableUser user && name.equals(user.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** Returns the name, which is not escaped. */
    @Override
    public String toString() {
        return name;
    }
}
