package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.testing.FakeContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Makes negotiations, and keeps what they were made for. */
final class GssapiUser implements ClientNegotiation.Factory {

    private final String name;
    private final ProtectionLevel level;
    private final boolean levelInClear;
    private final List<Endpoint> proxies = new CopyOnWriteArrayList<>();
    private final List<Command> commands = new CopyOnWriteArrayList<>();
    private final List<FakeContext> contexts = new CopyOnWriteArrayList<>();

    GssapiUser(ProtectionLevel level) {
        this("alice", level, false);
    }

    GssapiUser(String name, ProtectionLevel level, boolean levelInClear) {
        this.name = name;
        this.level = level;
        this.levelInClear = levelInClear;
    }

    @Override
    public ClientNegotiation begin(Endpoint proxy, Command command, Endpoint destination) {
        FakeContext context = FakeContext.initiator(name);
        proxies.add(proxy);
        commands.add(command);
        contexts.add(context);
        return ClientNegotiation.gssapi(context, level, levelInClear);
    }

    /** The proxies that negotiations were made for. */
    List<Endpoint> proxies() {
        return proxies;
    }

    /** What they were to be asked to do. */
    List<Command> commands() {
        return commands;
    }

    void assertClosed(int count) {
        assertThat(contexts).hasSize(count).allMatch(FakeContext::isClosed);
    }

    boolean isClosed(int count) {
        return contexts.size() == count && contexts.stream().allMatch(FakeContext::isClosed);
    }

    void assertOpen(int count) {
        assertThat(contexts).hasSize(count).noneMatch(FakeContext::isClosed);
    }
}
