package dev.socks5.server;

/**
 * What all connections of a server share. Safe for use by several threads.
 *
 * @param errands where user policies and look-ups run, which may block
 */
record Core(
        Settings settings,
        Screening screening,
        Caps caps,
        Lobby lobby,
        Accounts accounts,
        LoginThrottle throttle,
        Events events,
        Tally tally,
        Errands errands) {}
