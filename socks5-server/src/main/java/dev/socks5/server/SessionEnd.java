package dev.socks5.server;

import java.time.Duration;

/**
 * How a client's connection ended.
 *
 * @param reason why
 * @param duration since it was accepted
 * @param octetsUp what the client sent through the tunnel, or as payload of datagrams; 0 if there was neither
 * @param octetsDown what the client was sent through the tunnel, or as payload of datagrams; 0 if there was neither
 * @param datagrams what became of an association's datagrams; {@link DatagramCounts#NONE} if there was none
 */
public record SessionEnd(
        CloseReason reason, Duration duration, long octetsUp, long octetsDown, DatagramCounts datagrams) {}
