package dev.socks5.proxy.users;

import dev.socks5.codec.PasswordRequest;
import dev.socks5.proxy.input.TextFile;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A user name and the password, or its hash, that goes with it. */
public record User(String name, Password password) {

    /** What the server could not take is refused here, where it is known which line or option it comes from. */
    public User {
        PasswordRequest.of(name, password instanceof Password.Plain plain ? plain.text() : "");
    }

    /**
     * Reads {@code NAME:PASSWORD} or {@code NAME:HASH}; the password may have colons. Complaints do not repeat the
     * text: it is a secret.
     */
    public static User parse(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw new IllegalArgumentException("NAME:PASSWORD expected, neither of them empty");
        }
        return new User(text.substring(0, colon), Password.parse(text.substring(colon + 1)));
    }

    /**
     * Reads what a file has: a user on each line, and at least one. See {@link TextFile#lines}; a name may come only
     * once.
     */
    public static List<User> parseAll(String text) {
        Set<String> names = new HashSet<>();
        List<User> users = TextFile.lines(text, line -> {
            User user = parse(line);
            if (!names.add(user.name())) {
                throw new IllegalArgumentException("this name has come before");
            }
            return user;
        });
        if (users.isEmpty()) {
            throw new IllegalArgumentException("no users in it");
        }
        return users;
    }

    @Override
    public String toString() {
        return "User[hidden]";
    }
}
