package dev.socks5.proxy;

import dev.socks5.proxy.input.GivenFile;
import dev.socks5.proxy.input.GivenFile.Content;
import dev.socks5.proxy.reload.LiveServer;
import dev.socks5.proxy.reload.Loaded;
import dev.socks5.proxy.reload.Reload;
import dev.socks5.proxy.reload.Rule;
import dev.socks5.proxy.reload.UsersAndRules;
import dev.socks5.proxy.users.KnownUsers;
import dev.socks5.proxy.users.Password;
import dev.socks5.proxy.users.User;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Users and rules: what the options and the files that they name come to, at the start and later. */
final class ReloadOptions {

    @Option(
            names = "--end-removed",
            description =
                    "When files have changed, end the sessions of users who are gone or whose password has changed,"
                            + " and those that the rules no longer allow. Default: what is open goes on.")
    private boolean endRemoved;

    private KnownUsers users = KnownUsers.of(Map.of());

    /** Reads the files for the first time, and has the server begin with that. */
    Reload configure(
            Socks5ServerBuilder builder,
            LoginOptions login,
            RuleOptions rules,
            Consumer<String> log,
            LongSupplier nanoTime) {
        List<GivenFile> files =
                Stream.of(login.file(), rules.file()).flatMap(Optional::stream).toList();
        Reload reload = new Reload(files, () -> load(login, rules), log, nanoTime);
        apply(reload.current(), builder);
        return reload;
    }

    private static Loaded load(LoginOptions login, RuleOptions rules) {
        List<String> doubts = new ArrayList<>();
        List<User> fromFile = read(login.file(), User::parseAll, doubts);
        UsersAndRules value =
                new UsersAndRules(login.with(fromFile), rules.with(read(rules.file(), Rule::parseAll, doubts)));
        return new Loaded(value, doubts, remarks(login, fromFile));
    }

    private static <T> List<T> read(Optional<GivenFile> file, Function<String, List<T>> parser, List<String> doubts) {
        if (file.isEmpty()) {
            return List.of();
        }
        Content<List<T>> content = file.get().read(parser);
        content.doubt().ifPresent(doubts::add);
        return content.value();
    }

    private static List<String> remarks(LoginOptions login, List<User> fromFile) {
        long plain = fromFile.stream()
                .filter(user -> user.password() instanceof Password.Plain)
                .count();
        return plain == 0
                ? List.of()
                : List.of("warning: " + plain + " of " + fromFile.size() + " passwords in --users-file "
                        + login.file().orElseThrow().path() + " are plain; socks5-server hash makes a hash of one");
    }

    private void apply(UsersAndRules value, Socks5ServerBuilder builder) {
        if (!value.users().isEmpty()) {
            users = users.replacedBy(value.users());
            builder.authenticator(users);
        }
        builder.accessRule(value.accessRules());
    }

    /** Stands for a server that these have been configured for. */
    LiveServer live(Socks5Server server, Socks5ServerBuilder builder) {
        return new LiveServer() {
            @Override
            public void take(UsersAndRules value) {
                apply(value, builder);
                server.reconfigure(builder);
            }

            @Override
            public OptionalInt endRemoved() {
                return endRemoved ? OptionalInt.of(server.judgeAgain()) : OptionalInt.empty();
            }
        };
    }
}
