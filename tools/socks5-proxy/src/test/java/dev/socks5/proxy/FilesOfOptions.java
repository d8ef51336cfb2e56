package dev.socks5.proxy;

import dev.socks5.proxy.reload.LiveServer;
import dev.socks5.proxy.reload.ReloadSteps;
import dev.socks5.server.AccessRule;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The options that name files of users and rules, read as for the server, on a stepped clock. */
@Command
final class FilesOfOptions implements Runnable {

    @Mixin
    private LoginOptions login;

    @Mixin
    private RuleOptions rules;

    @Mixin
    private ReloadOptions reloading;

    private ReloadSteps steps;

    private FilesOfOptions() {}

    static FilesOfOptions read(Socks5ServerBuilder builder, Path usersFile, Path rulesFile) {
        return read(builder, usersFile, rulesFile, UnaryOperator.identity());
    }

    /** @param guard stands before the rules */
    static FilesOfOptions read(
            Socks5ServerBuilder builder, Path usersFile, Path rulesFile, UnaryOperator<AccessRule> guard) {
        FilesOfOptions options = new FilesOfOptions();
        new CommandLine(options)
                .parseArgs("--users-file", usersFile.toString(), "--rules-file", rulesFile.toString(), "--end-removed");
        options.steps = new ReloadSteps((log, clock) -> options.reloading.configure(
                builder, options.login, options.rules, guard, Duration.ofSeconds(10), log, clock));
        return options;
    }

    ReloadSteps steps() {
        return steps;
    }

    LiveServer live(Socks5Server server, Socks5ServerBuilder builder) {
        return reloading.live(server, builder);
    }

    /** Nobody runs it. */
    @Override
    public void run() {}
}
