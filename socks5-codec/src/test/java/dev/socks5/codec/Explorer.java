package dev.socks5.codec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/**
 * Makes every call in every state that calls lead to, breadth first: each state is reached in the shortest way. Behind
 * a call that changes nothing, such as one out of turn, every call is made once more.
 */
final class Explorer {

    /** A machine, and a model of it that is asked before each call what has to come of it. */
    interface Walk<C> {

        /** Makes a call, and checks what comes of it and all that can be seen. */
        void make(C call) throws Exception;

        /** Where the model is now: states are told apart by equality. */
        Object state();
    }

    interface Start<C> {
        Walk<C> walk() throws Exception;
    }

    /**
     * What was explored.
     *
     * @param calls in all states, without those on the way there
     */
    record Explored(int states, int calls) {
        Explored plus(Explored other) {
            return new Explored(states + other.states, calls + other.calls);
        }
    }

    private Explorer() {}

    static <C> Explored explore(Start<C> start, C[] calls) throws Exception {
        Queue<List<C>> ways = new ArrayDeque<>(List.of(List.of()));
        Set<Object> seen = new HashSet<>(Set.of(start.walk().state()));
        int made = 0;
        while (!ways.isEmpty()) {
            List<C> way = ways.remove();
            Object state = follow(start, way, List.of()).state();
            for (C call : calls) {
                made++;
                Object next = follow(start, way, List.of(call)).state();
                if (next.equals(state)) {
                    for (C further : calls) {
                        follow(start, way, List.of(call, further));
                        made++;
                    }
                } else if (seen.add(next)) {
                    List<C> longer = new ArrayList<>(way);
                    longer.add(call);
                    ways.add(longer);
                }
            }
        }
        return new Explored(seen.size(), made);
    }

    private static <C> Walk<C> follow(Start<C> start, List<C> way, List<C> calls) throws Exception {
        List<C> all = new ArrayList<>(way);
        all.addAll(calls);
        Walk<C> walk = start.walk();
        for (C call : all) {
            try {
                walk.make(call);
            } catch (Throwable e) {
                throw new AssertionError("at " + call + " of " + all, e);
            }
        }
        return walk;
    }
}
