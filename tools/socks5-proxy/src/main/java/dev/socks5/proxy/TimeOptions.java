package dev.socks5.proxy;

import dev.socks5.server.Socks5ServerBuilder;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How long things may take. */
final class TimeOptions {

    private static final Duration DEFAULT_HANDSHAKE = Duration.ofSeconds(10); // The server's.

    @Option(
            names = "--handshake-timeout",
            paramLabel = "TIME",
            description = "From acceptance to the request; a number and ms, s, m, h or d. Default: 10s.")
    private Duration handshake;

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            description = "From the request to the connection, look-up included. Default: 15s.")
    private Duration connect;

    @Option(
            names = "--bind-timeout",
            paramLabel = "TIME",
            description = "For the peer that a BIND waits for. Default: 1m.")
    private Duration bind;

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            description = "For tunnels and associations through which nothing moves, for example 5m. Default: 1h.")
    private Duration idle;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            description = "For open connections to finish by themselves when the server is told to end. Default: 5s.")
    private Duration grace = Duration.ofSeconds(5);

    /** What open connections get to finish when the server is told to end. */
    Duration grace() {
        return grace;
    }

    /** How long a client may take up to its request. */
    Duration handshake() {
        return handshake == null ? DEFAULT_HANDSHAKE : handshake;
    }

    void configure(Socks5ServerBuilder builder) {
        if (handshake != null) {
            builder.handshakeTimeout(handshake);
        }
        if (connect != null) {
            builder.connectTimeout(connect);
        }
        if (bind != null) {
            builder.bindTimeout(bind);
        }
        if (idle != null) {
            builder.idleTimeout(idle);
        }
    }
}
