/** An HTTP proxy inside the process whose connections go out through a SOCKS5 proxy. */
module dev.socks5.bridge {
    requires transitive dev.socks5.client;
    requires static org.jspecify;

    exports dev.socks5.bridge;
}
