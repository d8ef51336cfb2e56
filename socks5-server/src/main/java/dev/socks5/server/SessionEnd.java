package dev.socks5.server;

import java.time.Duration;

/**
 * Describes how a client's connection ended.
 *
 * @param reason the reason
 * @param duration the time since it was accepted
 * @param bytesUp the bytes that the client sent through the tunnel, or as payload of datagrams; 0 if there was neither
 * @param bytesDown the bytes that the client was sent through the tunnel, or as payload of datagrams; 0 if there was
 *     neither
 * @param datagrams the datagrams of an association; {@link DatagramCounts#NONE} if there was none
 */
public record SessionEnd(
        CloseReason reason, Duration duration, long bytesUp, long bytesDown, DatagramCounts datagrams) {}
