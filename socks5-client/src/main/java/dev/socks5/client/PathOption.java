package dev.socks5.client;

/** Switches on what a {@link ProxyPath} does only because its user has said so. */
enum PathOption {
    /** Looks up the name of a destination here; without it, the name goes to the last proxy. */
    LOOK_UP_NAMES_HERE,

    /** Takes a resolved address that carries a name for that name; without it, an address means the address. */
    ADDRESSES_STAND_FOR_NAMES,

    /** Reports a {@link Placeholder} where nobody here knows the address; without it, a socket reports none. */
    PLACEHOLDER_ADDRESSES
}
