package dev.socks5.server;

import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.session.Core;
import java.util.List;

/** Lets tests look into a server. */
public final class Inside {

    private Inside() {}

    /** What the server's connections share. */
    public static Core core(Socks5Server server) {
        return server.core();
    }

    public static List<EventLoop> loops(Socks5Server server) {
        return server.loops();
    }
}
