package dev.socks5.client;

/** Names the part of connecting that an attempt was in. */
public enum ConnectPhase {
    /** The addresses are found: the name of the first proxy, or of the destination, is looked up here. */
    LOOK_UP,
    /** The first proxy, or the destination that goes direct, is connected to. */
    DIAL,
    /** TLS is agreed with a proxy. */
    TLS,
    /** A method is selected and negotiated with a proxy: the login (RFC 1928 section 3). */
    NEGOTIATION,
    /** A proxy has been sent its request, and the reply is awaited: the proxy connects to the next hop. */
    REQUEST
}
