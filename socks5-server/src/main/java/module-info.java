/** An embeddable SOCKS5 server on selector event loops. */
module dev.socks5.server {
    requires transitive dev.socks5.codec;
    // Not "static": on the module path an application that does not name it itself would then run without it, and a
    // recording would lack the server's events without a word. Every JDK has it; an image made by jlink grows by about
    // 1 MB.
    requires jdk.jfr;
    // To have it set up before the first warning; an application can do without it, or log in another way.
    requires static java.logging;
    requires static org.jspecify;

    exports dev.socks5.server;
}
