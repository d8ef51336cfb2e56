package dev.socks5.proxy;

import dev.socks5.server.Socks5ServerBuilder;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Options that keep one user or client from taking what others need. */
final class LimitOptions {

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "Open connections in all. Default: as many as the heap (-Xmx) has room for.")
    private Integer maxConnections;

    @Option(
            names = "--max-backlog",
            paramLabel = "SIZE",
            converter = Size.class,
            description =
                    "What may wait in memory for readers that are slow, in bytes, for example 64M; beyond that, the"
                            + " connection that has held most of it for longest is reset. Default: an eighth of the heap.")
    private Long maxBacklog;

    @Option(
            names = "--max-per-client",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "Open connections from one client address. Default: no limit.")
    private Integer maxPerClient;

    @Option(
            names = "--max-per-user",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "Open connections of one user. Default: no limit.")
    private Integer maxPerUser;

    @Option(
            names = "--login-throttle",
            paramLabel = "N/TIME",
            description = "After N failed logins within TIME, keep a client address out for TIME, for example 10/5m."
                    + " Default: off.")
    private FailedLogins loginThrottle;

    @Option(
            names = "--bandwidth",
            paramLabel = "RATE",
            converter = Rate.class,
            description =
                    "For each connection each way, in bytes a second, for example 500K or 10M. Default: no limit.")
    private Long bandwidth;

    @Option(
            names = "--bandwidth-per-user",
            paramLabel = "RATE",
            converter = Rate.class,
            description = "For all connections of a user together, each way. Default: no limit.")
    private Long bandwidthPerUser;

    @Option(
            names = "--user-quota",
            paramLabel = "SIZE/PERIOD",
            description =
                    "For all connections of a user together, both ways, for example 10G/24h; what would go beyond is"
                            + " ended, and further requests are refused until the period is over. Default: no limit.")
    private Quota userQuota;

    @Option(
            names = "--hang-up-on-early-end",
            description = "Take a client for gone that ends its output before the reply and has sent nothing ahead.")
    private boolean hangUpOnEarlyEnd;

    /** Tells which of them mean nothing where nobody logs in. */
    void withoutLogin(Consumer<String> log) {
        if (userQuota != null) {
            log.accept("warning: --user-quota has no effect: nobody logs in, and there are no users");
        }
    }

    void configure(Socks5ServerBuilder builder) {
        if (hangUpOnEarlyEnd) {
            builder.hangUpOnEarlyEnd();
        }
        if (maxConnections != null) {
            builder.maxConnections(maxConnections);
        }
        if (maxBacklog != null) {
            builder.maxBacklog(maxBacklog);
        }
        if (maxPerClient != null) {
            builder.maxPerClient(maxPerClient);
        }
        if (maxPerUser != null) {
            builder.maxPerUser(maxPerUser);
        }
        if (loginThrottle != null) {
            builder.loginThrottle(loginThrottle.count(), loginThrottle.window());
        }
        if (bandwidth != null) {
            builder.bandwidthPerConnection(bandwidth);
        }
        if (bandwidthPerUser != null) {
            builder.bandwidthPerUser(bandwidthPerUser);
        }
        if (userQuota != null) {
            builder.quotaPerUser(userQuota.bytes(), userQuota.period());
        }
    }
}
