/** Figures of SOCKS5 servers and clients for Micrometer. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Micrometer's jars have no module-info.
module dev.socks5.micrometer {
    requires transitive micrometer.core;
    requires static transitive dev.socks5.client;
    requires static transitive dev.socks5.server;
    requires static org.jspecify;

    exports dev.socks5.micrometer;
}
