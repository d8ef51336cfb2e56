/** A SOCKS5 client: sockets, socket factories and proxy selectors, each client with credentials of its own. */
module dev.socks5.client {
    requires transitive dev.socks5.codec;
    requires static org.jspecify;

    exports dev.socks5.client;
}
