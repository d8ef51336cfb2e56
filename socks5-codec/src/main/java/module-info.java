/**
 * SOCKS5 without I/O: every message of RFC 1928, RFC 1929 and RFC 1961 as an immutable record, and the two handshakes
 * as state machines.
 */
module dev.socks5.codec {
    requires static org.jspecify;

    exports dev.socks5.codec;
}
