package dev.socks5.examples.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A user name and the password that goes with it. */
record User(String name, String password) {

    /** Reads {@code NAME:PASSWORD}; the password may have colons. Complaints do not repeat the text: it is a secret. */
    static User parse(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw new IllegalArgumentException("NAME:PASSWORD expected, neither of them empty");
        }
        return new User(text.substring(0, colon), text.substring(colon + 1));
    }

    /** Reads a file with a user on each line; empty lines and those that start with # are skipped. */
    static List<User> readAll(Path file) throws IOException {
        List<User> users = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                users.add(parse(line));
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
