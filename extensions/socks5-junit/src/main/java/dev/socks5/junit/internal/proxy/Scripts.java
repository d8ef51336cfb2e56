package dev.socks5.junit.internal.proxy;

import dev.socks5.junit.internal.wire.Script;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The scripts of the connections to come. Safe for use by several threads. */
public final class Scripts {

    private final Deque<Script> next = new ArrayDeque<>();
    private Script otherwise = Script.NONE;

    /** Adds the scripts of single connections, behind those that are there. */
    public synchronized void next(List<Script> scripts) {
        next.addAll(scripts);
    }

    /** Sets the script of all connections that have none of their own. */
    public synchronized void always(Script script) {
        otherwise = script;
    }

    public synchronized void clear() {
        next.clear();
        otherwise = Script.NONE;
    }

    /** Returns the scripts that no connection has taken. */
    public synchronized List<Script> untaken() {
        return List.copyOf(next);
    }

    synchronized Script take() {
        return next.isEmpty() ? otherwise : next.remove();
    }
}
