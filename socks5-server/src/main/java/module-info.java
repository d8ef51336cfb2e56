/** An embeddable SOCKS5 server on selector event loops. */
module dev.socks5.server {
    requires transitive dev.socks5.codec;
    requires static org.jspecify;

    exports dev.socks5.server;
}
