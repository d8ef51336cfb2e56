package dev.socks5.server.internal.udp;

import dev.socks5.codec.Endpoint;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Decides which answers of an upstream are taken. The upstream knows which of them have been asked for, so that only
 * those are refused that come from a destination whose way was given up. Nobody here knows the addresses of a name:
 * once the way to a name was given up, and there is none to another name, only destinations that have ways are heard.
 */
final class UpstreamAnswers {

    /** The greatest number of destinations without a way that are remembered, the last ones. */
    static final int MAX_GIVEN_UP = 128;

    private final Map<Endpoint, Integer> ways = new HashMap<>();
    private final Set<Endpoint> givenUp = new LinkedHashSet<>();
    private int names; // with ways
    private boolean nameGivenUp;

    /** Takes note of a way to a destination, which may be one of several. */
    void open(Endpoint to) {
        givenUp.remove(to);
        if (ways.merge(to, 1, Integer::sum) == 1 && to.isName()) {
            names++;
        }
    }

    /** Takes note that a way is not used any more. */
    void giveUp(Endpoint to) {
        if (ways.computeIfPresent(to, (known, count) -> count == 1 ? null : count - 1) != null) {
            return;
        }
        if (to.isName()) {
            names--;
            nameGivenUp = true;
            return;
        }
        givenUp.add(to);
        if (givenUp.size() > MAX_GIVEN_UP) {
            Iterator<Endpoint> first = givenUp.iterator();
            first.next();
            first.remove();
        }
    }

    /** Tells whether an answer is taken. */
    boolean take(Endpoint from) {
        Endpoint sender = from.canonical().orElse(from);
        return ways.containsKey(sender) || (!givenUp.contains(sender) && (names > 0 || !nameGivenUp));
    }
}
