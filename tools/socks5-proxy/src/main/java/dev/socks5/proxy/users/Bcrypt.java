package dev.socks5.proxy.users;

import java.security.SecureRandom;
import java.util.regex.Pattern;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** Makes and checks bcrypt hashes, those of {@code htpasswd -B} too. Passwords are bytes. */
final class Bcrypt {

    /** The bytes of a password that bcrypt looks at: what is longer is refused, else its end would not count. */
    static final int LONGEST = 72;

    static final int CHEAPEST = 4;

    /** Each step doubles the time. This one takes some seconds, in which nobody else's hash is checked. */
    static final int DEAREST = 16;

    /** Each login of somebody who is not remembered takes about a tenth of a second. */
    static final int USUAL = 10;

    private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}");
    private static final int COST_AT = 4;
    private static final String SALT = "$2b$%02d$......................";
    private static final byte[] ANY = {'x'};

    private Bcrypt() {}

    static boolean isHash(String text) {
        return FORM.matcher(text).matches();
    }

    /** @throws IllegalArgumentException if nobody would wait for a check, or there is no such hash */
    static void requireAffordable(String hash) {
        requireCost(cost(hash));
    }

    private static void requireCost(int cost) {
        if (cost < CHEAPEST || cost > DEAREST) {
            throw new IllegalArgumentException(
                    "the cost of a bcrypt hash is from " + CHEAPEST + " to " + DEAREST + ": " + cost);
        }
    }

    static int cost(String hash) {
        return Integer.parseInt(hash.substring(COST_AT, COST_AT + 2));
    }

    /** @throws IllegalArgumentException if the cost or the password is not possible */
    static String hash(byte[] password, int cost) {
        requireCost(cost);
        if (password.length == 0) {
            throw new IllegalArgumentException("a password has at least one byte");
        }
        if (password.length > LONGEST) {
            throw new IllegalArgumentException(
                    "a password that is hashed has at most " + LONGEST + " bytes, in UTF-8: " + password.length);
        }
        if (!isPossible(password)) {
            throw new IllegalArgumentException("a password that is hashed has no NUL");
        }
        return BCrypt.hashpw(password, BCrypt.gensalt("$2y", cost, new SecureRandom()));
    }

    /** Takes the same time for any password. */
    static boolean matches(byte[] password, String hash) {
        boolean possible = isPossible(password);
        return BCrypt.checkpw(possible ? password : ANY, hash) && possible;
    }

    /** Beyond its end, and behind a NUL, bcrypt would take different passwords for the same one. */
    private static boolean isPossible(byte[] password) {
        for (byte b : password) {
            if (b == 0) {
                return false;
            }
        }
        return password.length <= LONGEST;
    }

    /** Takes as long as the check of a hash of this cost. */
    static void spend(int cost) {
        BCrypt.hashpw(ANY, SALT.formatted(cost));
    }
}
