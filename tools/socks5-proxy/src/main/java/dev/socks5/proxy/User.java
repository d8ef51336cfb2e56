package dev.socks5.proxy;

import dev.socks5.codec.PasswordRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A user name and the password that goes with it. */
record User(String name, String password) {

    /** What the server could not take is refused here, where it is known which line or option it comes from. */
    User {
        PasswordRequest.of(name, password);
    }

    /** Reads {@code NAME:PASSWORD}; the password may have colons. Complaints do not repeat the text: it is a secret. */
    static User parse(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw new IllegalArgumentException("NAME:PASSWORD expected, neither of them empty");
        }
        return new User(text.substring(0, colon), text.substring(colon + 1));
    }

    /**
     * Reads a file with a user on each line. Blanks around a line, empty lines and those that start with # are skipped;
     * a name may come only once.
     */
    static List<User> readAll(Path file) throws IOException {
        List<User> users = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int number = 0;
        for (String raw : TextFile.read(file).lines().toList()) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                User user = parse(line);
                if (!names.add(user.name())) {
                    throw new IllegalArgumentException("this name has come before");
                }
                users.add(user);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
            }
        }
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
