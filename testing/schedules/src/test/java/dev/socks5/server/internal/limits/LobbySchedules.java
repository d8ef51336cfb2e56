package dev.socks5.server.internal.limits;

import static dev.socks5.schedules.Race.require;

import dev.socks5.schedules.Race;
import dev.socks5.schedules.Schedules;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** More sessions than there is room for: as many are evicted as are too many, and none of them twice. */
class LobbySchedules {

    @Test
    void evictsOneForEachThatIsTooMany() {
        Schedules.explore(() -> {
            Lobby lobby = new Lobby(() -> 1);
            Visitor first = new Visitor();
            Visitor second = new Visitor();
            Visitor third = new Visitor();
            Race.of(() -> first.enter(lobby), () -> second.enter(lobby), () -> third.enter(lobby));
            require(first.evictions() + second.evictions() + third.evictions() == 2, "not two evicted");
            require(lobby.size() == 1, "not one left");
            lobby.leave(first);
            lobby.leave(second);
            lobby.leave(third);
            require(lobby.size() == 0, "somebody is left");
        });
    }

    @Test
    void forgetsWhoeverHasLeft() {
        Schedules.explore(() -> {
            Lobby lobby = new Lobby(() -> 2);
            Visitor first = new Visitor();
            Visitor second = new Visitor();
            Visitor third = new Visitor();
            Race.of(
                    () -> {
                        first.enter(lobby);
                        lobby.leave(first);
                    },
                    () -> {
                        second.enter(lobby);
                        lobby.leave(second);
                    },
                    () -> third.enter(lobby));
            int evictions = first.evictions() + second.evictions() + third.evictions();
            require(evictions <= 1, "evicted without need");
            require(lobby.size() == 1 - third.evictions(), "wrong size at the end");
        });
    }

    private static final class Visitor implements Lobby.Guest {
        private final AtomicInteger evicted = new AtomicInteger();

        private void enter(Lobby lobby) {
            lobby.enter(this).ifPresent(Lobby.Guest::evict);
            require(lobby.size() <= 2, "too many in the lobby");
        }

        @Override
        public void evict() {
            require(evicted.incrementAndGet() == 1, "evicted twice");
        }

        private int evictions() {
            return evicted.get();
        }
    }
}
