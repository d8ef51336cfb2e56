package dev.socks5.server.internal.report;

import static dev.socks5.schedules.Race.require;

import dev.socks5.schedules.Race;
import dev.socks5.schedules.Scenario;
import dev.socks5.schedules.Schedules;
import dev.socks5.server.ServerStatistics;
import dev.socks5.server.internal.usage.Fate;
import org.junit.jupiter.api.Test;

/** Loops that count, and somebody who looks: nothing is lost, and nothing goes back. */
class CountersSchedules {

    @Test
    void addsUpWhatSeveralLoopsCount() {
        Schedules.explore(() -> {
            Counters counters = new Counters();
            Scenario loop = () -> {
                counters.tunnels().incrementAndGet();
                counters.relayed().up(10);
                counters.relayed().down(1);
                counters.relayed().up(10);
                counters.relayed().count(Fate.LOST);
                counters.tunnels().decrementAndGet();
            };
            Race.of(loop, loop, () -> {
                ServerStatistics before = counters.statistics(0);
                ServerStatistics after = counters.statistics(0);
                require(after.bytesUp() >= before.bytesUp(), "a counter has gone back");
                require(after.bytesUp() % 10 == 0 && after.bytesUp() <= 40, "a count in between");
                require(after.tunnels() >= 0 && after.tunnels() <= 2, "a wrong number of tunnels");
            });
            ServerStatistics end = counters.statistics(0);
            require(end.bytesUp() == 40, "bytes up are lost");
            require(end.bytesDown() == 2, "bytes down are lost");
            require(end.datagrams().lost() == 2, "a datagram is lost");
            require(end.tunnels() == 0, "a tunnel is left");
        });
    }
}
