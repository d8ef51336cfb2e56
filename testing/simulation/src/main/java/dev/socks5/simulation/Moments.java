package dev.socks5.simulation;

import java.util.ArrayList;
import java.util.List;

/** When the bytes of one direction were sent. */
final class Moments {

    private record Moment(long end, long at) {}

    private final List<Moment> moments = new ArrayList<>();

    /** Notes how many bytes have been sent by now. */
    void sent(long total, long now) {
        moments.add(new Moment(total, now));
    }

    /** Returns the time at which a byte was sent, by the number of bytes up to it; -1 for none. */
    long of(long count) {
        for (Moment moment : moments) {
            if (moment.end >= count) {
                return count == 0 ? -1 : moment.at;
            }
        }
        return -1;
    }
}
