package dev.socks5.server.internal.session;

import dev.socks5.server.internal.limits.ConnectionLimits;
import dev.socks5.server.internal.limits.Lobby;
import dev.socks5.server.internal.limits.UserLimits;
import dev.socks5.server.internal.net.Backlog;
import dev.socks5.server.internal.net.BlockingWork;
import dev.socks5.server.internal.net.Network;
import dev.socks5.server.internal.net.Reserve;
import dev.socks5.server.internal.policy.InForce;
import dev.socks5.server.internal.policy.Settings;
import dev.socks5.server.internal.policy.Terms;
import dev.socks5.server.internal.report.Counters;
import dev.socks5.server.internal.report.Events;
import java.util.concurrent.Executor;

/**
 * The objects that all connections of a server share. Safe for use by several threads.
 *
 * @param inForce the terms that hold now; replaced as a whole while the server runs
 * @param registry has the connections that are open
 * @param blockingWork runs user policies and look-ups, which may block
 * @param carriers threads for transports that block, as many as there are such
 * @param backlog bounds the memory for slow readers
 * @param reserve keeps memory for the moment when there is none
 */
public record Core(
        InForce inForce,
        Network network,
        ConnectionLimits connectionLimits,
        Lobby lobby,
        UserLimits userLimits,
        Events events,
        Counters counters,
        Registry registry,
        BlockingWork blockingWork,
        Executor carriers,
        Backlog backlog,
        Reserve reserve) {

    /** Returns the terms that hold now. A decision reads them once, at its beginning. */
    public Terms terms() {
        return inForce.terms();
    }

    /** Returns the settings that hold now. */
    public Settings settings() {
        return terms().settings();
    }
}
