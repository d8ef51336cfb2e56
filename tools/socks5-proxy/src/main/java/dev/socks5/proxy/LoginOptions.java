package dev.socks5.proxy;

import dev.socks5.proxy.input.GivenFile;
import dev.socks5.proxy.users.Password;
import dev.socks5.proxy.users.User;
import dev.socks5.server.Socks5ServerBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
            description = "Users, one NAME:PASSWORD or NAME:HASH a line, in UTF-8; # starts a comment line. Read again"
                    + " when it changes. The command hash makes a HASH, as does htpasswd -B.")
    private Path usersFile;

    @Option(
            names = "--allow-anonymous",
            description =
                    "Needed to listen beyond loopback or behind a balancer without users: everyone can use the server"
                            + " then.")
    private boolean allowAnonymous;

    void configure(Socks5ServerBuilder builder) {
        if (allowAnonymous) {
            builder.allowAnonymous();
        }
    }

    Optional<GivenFile> file() {
        return Optional.ofNullable(usersFile).map(path -> new GivenFile("--users-file", path));
    }

    /** Puts those of {@code --user} behind those of the file: they win. */
    Map<String, Password> with(List<User> fromFile) {
        Map<String, Password> passwords = new LinkedHashMap<>();
        fromFile.forEach(user -> passwords.put(user.name(), user.password()));
        Map<String, Password> given = new LinkedHashMap<>();
        for (User user : users) {
            if (given.put(user.name(), user.password()) != null) {
                throw new IllegalArgumentException("--user: the name " + Logfmt.value(user.name()) + " comes twice");
            }
        }
        passwords.putAll(given);
        return passwords;
    }
}
