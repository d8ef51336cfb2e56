package dev.socks5.proxy.users;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes marks of passwords: quick to compute, and of no use without a key that is nowhere but in this process. A
 * password that was good once is known by its mark from then on.
 */
final class Marks {

    private static final String ALGORITHM = "HmacSHA256"; // Every Java has it.
    private static final SecretKeySpec KEY = key();

    private Marks() {}

    private static SecretKeySpec key() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new SecretKeySpec(key, ALGORITHM);
    }

    static byte[] of(byte[] password) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(KEY);
            return mac.doFinal(password);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
