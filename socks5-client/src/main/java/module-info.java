/** Connects through SOCKS5 proxies: sockets, channels, socket factories, proxy selectors and datagrams. */
module dev.socks5.client {
    requires transitive dev.socks5.codec;
    requires static org.jspecify;

    exports dev.socks5.client;
}
