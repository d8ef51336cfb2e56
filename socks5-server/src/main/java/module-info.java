/** An embeddable SOCKS5 server on selector event loops. */
module dev.socks5.server {
    requires transitive dev.socks5.codec;
    // An application can do without it. Where it starts on a full JDK it has it, though nobody names it: the JDK's own
    // services bring it. An image made by jlink has it only if somebody asks for it.
    requires static jdk.jfr;
    // Knows the users of clients that come through a Unix domain socket; an application can do without them.
    requires static jdk.net;
    // To have it set up before the first warning; an application can do without it, or log in another way.
    requires static java.logging;
    requires static org.jspecify;

    exports dev.socks5.server;
    exports dev.socks5.server.operation;
    exports dev.socks5.server.transport;
}
