package dev.socks5.server;

/**
 * What all connections of a server share. Safe for use by several threads.
 *
 * @param blockingWork runs user policies and look-ups, which may block
 * @param backlog what waits for slow readers
 * @param reserve memory for the moment when there is none
 */
public record Core(
        Settings settings,
        Screening screening,
        ConnectionLimits connectionLimits,
        Lobby lobby,
        UserLimits userLimits,
        LoginThrottle throttle,
        Events events,
        Counters counters,
        BlockingWork blockingWork,
        Backlog backlog,
        Reserve reserve) {}
