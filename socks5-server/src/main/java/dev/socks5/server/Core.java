package dev.socks5.server;

/**
 * What all connections of a server share. Safe for use by several threads.
 *
 * @param errands where user policies and look-ups run, which may block
 * @param backlog what waits for slow readers
 * @param reserve memory for the moment when there is none
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
        Errands errands,
        Backlog backlog,
        Reserve reserve) {}
