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

    /** Hashes of other kinds: whoever has read the file could log in by them, if they were taken for passwords. */
    Pattern OTHER_HASH =
            Pattern.compile("\\$(1|3|5|6|7|y|gy|apr1|sha1|2[a-z]?|argon2\\w*|scrypt)\\$.*|\\{S?SHA\\d*}.*");

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
