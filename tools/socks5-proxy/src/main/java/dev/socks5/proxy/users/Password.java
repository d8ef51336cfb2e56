package dev.socks5.proxy.users;

import java.util.regex.Pattern;

/** What a login is compared with: a password, or a hash of one. Two are equal if their texts are. */
public sealed interface Password {

    /** A password as it is. */
    record Plain(String text) implements Password {

        @Override
        public String toString() {
            return "Plain[hidden]";
        }
    }

    /**
     * A hash of a password.
     *
     * @param text a bcrypt hash that {@link Bcrypt} can check
     */
    record Hash(String text) implements Password {

        @Override
        public String toString() {
            return "Hash[hidden]";
        }
    }

    /**
     * What looks like a hash of another kind, as {@code $ID$...} or {@code {ID}...}: whoever has read the file could
     * log in by it, if it were taken for a password. That of DES looks like nothing in particular.
     */
    Pattern OTHER_HASH = Pattern.compile("\\$[\\w-]+\\$.*|\\{[\\w.-]+}.+", Pattern.DOTALL);

    /**
     * Reads a password or a hash.
     *
     * @throws IllegalArgumentException if it is a hash that cannot be checked; the text is not repeated
     */
    static Password parse(String text) {
        if (Bcrypt.isHash(text)) {
            Bcrypt.requireAffordable(text);
            return new Hash(text);
        }
        if (OTHER_HASH.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a hash that is not whole, or of another kind than bcrypt: htpasswd -B or socks5-server hash make one");
        }
        return new Plain(text);
    }
}
