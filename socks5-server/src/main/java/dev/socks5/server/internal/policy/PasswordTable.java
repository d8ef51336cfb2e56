package dev.socks5.server.internal.policy;

import dev.socks5.codec.PasswordRequest;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.User;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Knows users and passwords, and compares them as bytes: NUL is a byte like any other. */
public final class PasswordTable implements PasswordAuthenticator {

    /** The password of an unknown user is compared with this. */
    private static final byte[] NOBODY = new byte[16];

    private final Map<String, byte[]> passwords = new HashMap<>();

    public PasswordTable(Map<String, String> passwords) {
        passwords.forEach((name, password) -> {
            if (name.isEmpty() || password.isEmpty()) {
                throw new IllegalArgumentException("a user name and a password have at least one octet (RFC 1929)");
            }
            PasswordRequest login = PasswordRequest.of(name, password);
            this.passwords.put(login.username(), bytes(login));
        });
    }

    @Override
    public Optional<User> authenticate(PasswordRequest login, ClientAddress client) {
        byte @Nullable [] expected = passwords.get(login.username());
        // The work depends on the length of the first array alone: on what the client sent.
        boolean same = MessageDigest.isEqual(bytes(login), expected == null ? NOBODY : expected);
        return same && expected != null
                ? Optional.of(new User(login.username(StandardCharsets.UTF_8)))
                : Optional.empty();
    }

    private static byte[] bytes(PasswordRequest login) {
        return login.password().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public boolean mayBlock() {
        return false;
    }
}
