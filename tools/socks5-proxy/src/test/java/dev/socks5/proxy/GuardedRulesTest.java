package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.proxy.reload.UsersAndRules;
import dev.socks5.server.AccessRule;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps clients away from the status stands before the rules, those of later files as well. */
class GuardedRulesTest {

    @TempDir
    private Path folder;

    @Test
    void rulesThatHaveChangedAreGuardedAsWell() throws Exception {
        Path users = Files.writeString(folder.resolve("users"), "alice:secret\n");
        Path rules = Files.writeString(folder.resolve("rules"), "deny *:25\n");
        AtomicReference<AccessRule> guarded = new AtomicReference<>();
        Socks5ServerBuilder builder = Socks5Server.builder().listen("127.0.0.1", 0);
        FilesOfOptions options = FilesOfOptions.read(builder, users, rules, rule -> {
            guarded.set(rule);
            return rule;
        });
        AccessRule first = guarded.get();
        assertThat(first).isNotNull();
        try (Socks5Server server = builder.start()) {
            options.live(server, builder).take(new UsersAndRules(Map.of(), List.of()));
            assertThat(guarded.get()).isNotSameAs(first);
        }
    }
}
