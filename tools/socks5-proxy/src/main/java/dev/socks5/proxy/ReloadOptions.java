package dev.socks5.proxy;

import dev.socks5.proxy.input.GivenFile;
import dev.socks5.proxy.input.GivenFile.Content;
import dev.socks5.proxy.reload.LiveServer;
import dev.socks5.proxy.reload.Loaded;
import dev.socks5.proxy.reload.Reload;
import dev.socks5.proxy.reload.ReloadThread;
import dev.socks5.proxy.reload.Rule;
import dev.socks5.proxy.reload.UsersAndRules;
import dev.socks5.proxy.users.KnownUsers;
import dev.socks5.proxy.users.Password;
import dev.socks5.proxy.users.User;
import dev.socks5.server.AccessRule;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Users and rules: what the options and the files that they name come to, at the start and later. */
final class ReloadOptions implements AutoCloseable {

    private static final Content<?> NOT_READ = new Content<>(List.of(), Optional.empty());

    @Option(
            names = "--end-removed",
            description =
                    "When files of users or rules have changed, and on SIGHUP, end the sessions of users who are gone,"
                            + " whose password has changed or whose certificate no longer holds, and those that the"
                            + " rules no longer allow. Default: what is open goes on.")
    private boolean endRemoved;

    /** What was read from pipes and the like, which can be read only once. */
    private final Map<GivenFile, Content<?>> streams = new HashMap<>();

    private UnaryOperator<AccessRule> guard;
    private KnownUsers users;

    private Reload reload;

    // Guarded by this.
    private ReloadThread thread; // Null if nobody looks for changes yet.
    private boolean hungUp; // Before that.

    /**
     * Reads the files for the first time, and has the server begin with that.
     *
     * @param guard stands before the rules, also when these have changed
     * @param patience how long a login may wait for others that are checked
     */
    Reload configure(
            Socks5ServerBuilder builder,
            LoginOptions login,
            RuleOptions rules,
            UnaryOperator<AccessRule> guard,
            Duration patience,
            Consumer<String> log,
            LongSupplier nanoTime) {
        this.guard = guard;
        users = KnownUsers.none(patience);
        List<GivenFile> watched = new ArrayList<>();
        Stream.of(login.file(), rules.file()).flatMap(Optional::stream).forEach(file -> {
            if (file.isStream()) {
                log.accept(file.option() + " " + file.path() + ": no regular file, which is read at the start alone");
                streams.put(file, NOT_READ);
            } else {
                watched.add(file);
            }
        });
        reload = new Reload(watched, () -> load(login, rules), log, nanoTime);
        apply(reload.current(), builder);
        return reload;
    }

    /** Returns the name of one of the users; empty if there is no such login. Once configured. */
    Optional<String> anyUser() {
        return reload.current().users().keySet().stream().findFirst();
    }

    /** Has SIGHUP look for changes. Before there is a server to change, the signal is kept. */
    synchronized void hangUp() {
        if (thread == null) {
            hungUp = true;
        } else {
            thread.ask();
        }
    }

    /** Takes changes up from now on, when the files have changed and when SIGHUP comes. */
    synchronized void follow(
            Socks5Server server, Socks5ServerBuilder builder, List<Runnable> onHangup, Consumer<String> log) {
        thread = new ReloadThread(reload, live(server, builder), onHangup, log);
        thread.start();
        if (hungUp) {
            thread.ask();
        }
    }

    /** Takes up nothing more. */
    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.close();
        }
    }

    private Loaded load(LoginOptions login, RuleOptions rules) {
        List<String> doubts = new ArrayList<>();
        List<User> fromFile = read(login.file(), User::parseAll, doubts);
        UsersAndRules value =
                new UsersAndRules(login.with(fromFile), rules.with(read(rules.file(), Rule::parseAll, doubts)));
        return new Loaded(value, doubts, remarks(login, fromFile));
    }

    private <T> List<T> read(Optional<GivenFile> file, Function<String, List<T>> parser, List<String> doubts) {
        if (file.isEmpty()) {
            return List.of();
        }
        Content<List<T>> content = read(file.get(), parser);
        content.doubt().ifPresent(doubts::add);
        return content.value();
    }

    @SuppressWarnings({"unchecked", "ReferenceEquality"}) // A file has one parser; NOT_READ is one object.
    private <T> Content<List<T>> read(GivenFile file, Function<String, List<T>> parser) {
        Content<?> kept = streams.get(file);
        if (kept == null) {
            return file.read(parser);
        }
        if (kept == NOT_READ) { // Its end has been seen: nobody goes on writing.
            kept = new Content<>(file.read(parser).value(), Optional.empty());
            streams.put(file, kept);
        }
        return (Content<List<T>>) kept;
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
        builder.accessRule(guard.apply(value.accessRules()));
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
