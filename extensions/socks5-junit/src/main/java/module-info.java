/** A SOCKS5 proxy for tests, and a guard against connections that go without one. */
module dev.socks5.junit {
    requires transitive dev.socks5.client;
    requires transitive dev.socks5.server;
    requires transitive org.junit.jupiter.api;
    requires net.bytebuddy;
    requires net.bytebuddy.agent;
    requires java.instrument;
    requires static org.jspecify;

    exports dev.socks5.junit;

    // Extensions that users name by their annotations alone.
    opens dev.socks5.junit to
            org.junit.platform.commons;
}
