package dev.socks5.client;

/** What a {@link ProxyPath} does only because its user has said so. */
enum PathOption {
    /** The name of a destination is looked up here; without it, the name goes to the last proxy. */
    LOOK_UP_NAMES_HERE,

    /** A resolved address that carries a name stands for that name; without it, an address means the address. */
    ADDRESSES_STAND_FOR_NAMES,

    /** A socket reports a {@link Placeholder} where nobody here knows the address; without it, no address. */
    PLACEHOLDER_ADDRESSES
}
