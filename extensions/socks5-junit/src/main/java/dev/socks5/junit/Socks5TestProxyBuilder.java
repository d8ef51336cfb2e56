package dev.socks5.junit;

import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.junit.internal.proxy.Names;
import dev.socks5.server.AccessRule;
import dev.socks5.server.AccessRules;
import dev.socks5.server.Resolver;
import dev.socks5.server.Socks5ServerBuilder;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Configures and starts a {@link Socks5TestProxy}, or configures a {@link Socks5ProxyExtension}. Everything has a
 * default. Not safe for use by several threads.
 */
public final class Socks5TestProxyBuilder {

    /** A user name and a password. */
    record Login(String user, String password) {}

    private @Nullable Login login;
    private AccessRule accessRule = AccessRules.builder().build();
    private Resolver resolver = Names.NO_OTHERS;
    private Consumer<Socks5ServerBuilder> server = settings -> {};
    private Consumer<Socks5ClientBuilder> client = settings -> {};

    Socks5TestProxyBuilder() {}

    /**
     * Requires a login from everyone, by user name and password (RFC 1929). {@link Socks5TestProxy#client()} and
     * {@link Socks5TestProxy#uri()} have it. Default: no login.
     *
     * @param user not empty; at most 255 bytes in UTF-8
     * @param password not empty; at most 255 bytes in UTF-8
     * @return this builder
     */
    public Socks5TestProxyBuilder login(String user, String password) {
        login = new Login(Objects.requireNonNull(user, "user"), Objects.requireNonNull(password, "password"));
        return this;
    }

    /**
     * Sets the rule that decides who may go where. Default: every destination is allowed, except the server's own
     * listener and what is no address of a host. {@link Fault#reply} comes first.
     *
     * @param rule the rule
     * @return this builder
     */
    public Socks5TestProxyBuilder accessRule(AccessRule rule) {
        accessRule = Objects.requireNonNull(rule, "rule");
        return this;
    }

    /**
     * Sets the resolver of names that the proxy was not told of by {@link Socks5TestProxy#resolve}. Default: there are
     * no such names, except {@code localhost}, so that no test depends on what a name means elsewhere.
     *
     * @param resolver the resolver; {@link Resolver#system()} for that of the JVM
     * @return this builder
     */
    public Socks5TestProxyBuilder resolver(Resolver resolver) {
        this.resolver = Objects.requireNonNull(resolver, "resolver");
        return this;
    }

    /**
     * Sets what else can be set for the server: time limits, listeners, routes, other methods of authentication. The
     * access rule, the resolver and, if there is a {@link #login}, the password authenticator are those of this
     * builder, whatever is set here. The kit's wire is the server's client; clients come to the wire.
     *
     * @param settings called for each start, before the server listens
     * @return this builder
     */
    public Socks5TestProxyBuilder server(Consumer<Socks5ServerBuilder> settings) {
        server = server.andThen(settings);
        return this;
    }

    /**
     * Sets what else can be set for {@link Socks5TestProxy#client()}: a short time limit for a test with
     * {@link Fault#stallAfter}, for example.
     *
     * @param settings called for each start; the proxy's address and the login are set before
     * @return this builder
     */
    public Socks5TestProxyBuilder client(Consumer<Socks5ClientBuilder> settings) {
        client = client.andThen(settings);
        return this;
    }

    /**
     * Starts a proxy.
     *
     * @return a running proxy, to be closed by the caller
     * @throws IOException if it cannot listen
     */
    public Socks5TestProxy start() throws IOException {
        return new Socks5TestProxy(new Running(this));
    }

    @Nullable
    Login login() {
        return login;
    }

    AccessRule accessRule() {
        return accessRule;
    }

    Resolver resolver() {
        return resolver;
    }

    Consumer<Socks5ServerBuilder> server() {
        return server;
    }

    Consumer<Socks5ClientBuilder> client() {
        return client;
    }
}
