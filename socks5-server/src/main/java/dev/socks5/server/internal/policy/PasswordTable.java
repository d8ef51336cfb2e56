package dev.socks5.server.internal.policy;

import dev.socks5.codec.PasswordRequest;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.PasswordAuthenticator;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.Principal;
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
    public Optional<? extends Principal> authenticate(PasswordRequest login, ClientAddress client) {
        byte @Nullable [] expected = passwords.get(login.username());
        // The work depends on the length of the first array alone: on what the client sent.
        boolean same = MessageDigest.isEqual(bytes(login), expected == null ? NOBODY : expected);
        return same && expected != null
                ? Optional.of(new TableUser(login.username(StandardCharsets.UTF_8), login.username(), expected))
                : Optional.empty();
    }

    /** Whether the user is in this table, and has the password still by which it has logged in. */
    @Override
    public boolean admits(Principal user) {
        return user instanceof TableUser known && known.isIn(passwords);
    }

    private static byte[] bytes(PasswordRequest login) {
        return login.password().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public boolean mayBlock() {
        return false;
    }
}
