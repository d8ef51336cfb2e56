/** A SOCKS5 proxy for tests, and a guard against connections that go without one. */
module dev.socks5.junit {
    requires transitive dev.socks5.client;
    requires transitive dev.socks5.server;
    requires transitive org.junit.jupiter.api;
    requires net.bytebuddy;
    requires net.bytebuddy.agent;
    requires java.instrument;
    // For the guard, which attaches an agent to its own JVM unless that was started with it.
    requires jdk.attach;
    // Knows the options of the JVM that forbid it.
    requires jdk.management;
    requires static org.jspecify;

    exports dev.socks5.junit;
    // The class of the agent.
    exports dev.socks5.junit.internal.guard to
            java.instrument;

    // Extensions that users name by their annotations alone.
    opens dev.socks5.junit to
            org.junit.platform.commons;
}
