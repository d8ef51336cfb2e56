package dev.socks5.server.internal.session;

import dev.socks5.server.internal.limits.ConnectionLimits;
import dev.socks5.server.internal.limits.Lobby;
import dev.socks5.server.internal.limits.UserLimits;
import dev.socks5.server.internal.net.Backlog;
import dev.socks5.server.internal.net.BlockingWork;
import dev.socks5.server.internal.net.Network;
import dev.socks5.server.internal.net.Reserve;
import dev.socks5.server.internal.policy.LoginMethod;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.policy.Settings;
import dev.socks5.server.internal.report.Counters;
import dev.socks5.server.internal.report.Events;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The objects that all connections of a server share. Safe for use by several threads.
 *
 * @param logins the methods that clients can select, the best first
 * @param registry has the connections that are open
 * @param blockingWork runs user policies and look-ups, which may block
 * @param carriers threads for transports that block, as many as there are such
 * @param backlog bounds the memory for slow readers
 * @param reserve keeps memory for the moment when there is none
 */
public record Core(
        Settings settings,
        Network network,
        Screening screening,
        ConnectionLimits connectionLimits,
        Lobby lobby,
        UserLimits userLimits,
        List<LoginMethod> logins,
        Events events,
        Counters counters,
        Registry registry,
        BlockingWork blockingWork,
        Executor carriers,
        Backlog backlog,
        Reserve reserve) {}
