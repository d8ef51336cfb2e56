/** Connects through SOCKS5 proxies: sockets, channels, socket factories, proxy selectors and datagrams. */
module dev.socks5.client {
    requires transitive dev.socks5.codec;
    // An application can do without it, and Android has none. Every full JDK has it, though nobody here names it.
    requires static jdk.jfr;
    requires static org.jspecify;

    exports dev.socks5.client;
}
