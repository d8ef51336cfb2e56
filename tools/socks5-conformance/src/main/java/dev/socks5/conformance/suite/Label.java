package dev.socks5.conformance.suite;

/** What bytes are in the protocol, so that a dump can name their fields. They may be malformed. */
public enum Label {
    /** The client's first message (RFC 1928 section 3). */
    GREETING,

    /** The server's selection of a method (RFC 1928 section 3). */
    SELECTION,

    /** User name and password (RFC 1929 section 2). */
    LOGIN,

    /** The answer to a login (RFC 1929 section 2). */
    LOGIN_ANSWER,

    /** A message of RFC 1961 section 3 or later, of either side. */
    GSSAPI,

    /** A request (RFC 1928 section 4). */
    REQUEST,

    /** A reply (RFC 1928 section 6). */
    REPLY,

    /** A datagram between client and relay (RFC 1928 section 7). */
    DATAGRAM,

    /** Bytes that the protocol says nothing of: those of a tunnel, garbage, several messages together. */
    RAW
}
