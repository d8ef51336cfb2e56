package dev.socks5.server;

import java.util.concurrent.Executor;

/**
 * What all connections of a server share. Safe for use by several threads.
 *
 * @param blocking where user policies and look-ups run, which may block
 */
record Core(Settings settings, Screening screening, Caps caps, Lobby lobby, Events events, Executor blocking) {}
