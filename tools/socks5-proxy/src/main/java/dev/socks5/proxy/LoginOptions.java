package dev.socks5.proxy;

import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Socks5ServerBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** Who may use the server. */
final class LoginOptions {

    @Option(
            names = "--user",
            paramLabel = "NAME:PASSWORD",
            description = "A user; repeatable. With users, a login is required.")
    private List<User> users = new ArrayList<>();

    @Option(
            names = "--users-file",
            paramLabel = "FILE",
            description = "Users, one NAME:PASSWORD a line, in UTF-8; # starts a comment line.")
    private Path usersFile;

    @Option(
            names = "--allow-anonymous",
            description =
                    "Needed to listen beyond loopback or behind a balancer without users: everyone can use the server"
                            + " then.")
    private boolean allowAnonymous;

    /** One of the users; empty if no login is required. Once configured. */
    private Optional<String> anyUser = Optional.empty();

    void configure(Socks5ServerBuilder builder) {
        Map<String, String> passwords = passwords();
        anyUser = passwords.keySet().stream().findFirst();
        if (!passwords.isEmpty()) {
            builder.authenticator(PasswordAuthenticator.of(passwords));
        }
        if (allowAnonymous) {
            builder.allowAnonymous();
        }
    }

    Optional<String> anyUser() {
        return anyUser;
    }

    /** A {@code --user} comes after the file's, and wins. */
    private Map<String, String> passwords() {
        Map<String, String> passwords = new LinkedHashMap<>();
        if (usersFile != null) {
            fromFile().forEach(user -> passwords.put(user.name(), user.password()));
        }
        Set<String> given = new HashSet<>();
        for (User user : users) {
            if (!given.add(user.name())) {
                throw new IllegalArgumentException("--user: the name " + Logfmt.value(user.name()) + " comes twice");
            }
            passwords.put(user.name(), user.password());
        }
        return passwords;
    }

    private List<User> fromFile() {
        try {
            return User.readAll(usersFile);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read --users-file " + usersFile + ": " + TextFile.reason(e), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--users-file " + usersFile + ": " + e.getMessage(), e);
        }
    }
}
