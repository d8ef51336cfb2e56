package dev.socks5.simulation.stage;

import static dev.socks5.simulation.stage.Stage.assertKept;

import dev.socks5.server.PasswordAuthenticator;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A user's tunnels and associations share two limits, one for each direction, and nothing else does. First one
 * direction runs up a debt that nobody waits for; then it is seen who has to pay it, and for how long, to the
 * millisecond.
 */
class UserBandwidthTest {

    private static final int RATE = 1024;
    private static final int SLICE = 256;
    private static final int TUNNELS = 80;
    private static final byte[] LARGE = new byte[TUNNELS * SLICE];
    private static final byte[] ONE = {'.'};

    /** A new reader has credit for so long. */
    private static final long CREDIT = TimeUnit.MILLISECONDS.toNanos(50);

    /** Where bytes go. */
    enum Way {
        TUNNEL_UP,
        TUNNEL_DOWN,
        RELAY_UP,
        RELAY_DOWN;

        private boolean isUp() {
            return this == TUNNEL_UP || this == RELAY_UP;
        }
    }

    /** What one user has used one way, by the book. */
    private static final class Use {
        private long paidAt = Long.MIN_VALUE;

        private void charge(long at, int bytes) {
            paidAt = Math.max(paidAt, at - CREDIT) + bytes * TimeUnit.SECONDS.toNanos(1) / RATE;
        }
    }

    private Stage stage = new Stage();
    private Origin origin;
    private Datagrams udpOrigin;
    private final Map<String, Use> uses = new HashMap<>();

    static Stream<Arguments> ways() {
        return Stream.of(Setting.values())
                .flatMap(setting -> Stream.of(Way.values())
                        .flatMap(used -> Stream.of(Way.values()).map(way -> Arguments.of(setting, used, way))));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void whatIsUsedOneWayIsOwedThatWayByEverythingOfTheUser(Setting setting, Way used, Way way) {
        start(setting);
        runUp(used);
        assertPays("al", way);
        stage.close();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void andByNobodyElse(Setting setting, Way used, Way way) {
        start(setting);
        runUp(used);
        assertPays("bo", way);
        stage.close();
    }

    private void start(Setting setting) {
        stage = new Stage(setting)
                .serveUsers(server -> server.authenticator(PasswordAuthenticator.of(Map.of("al", "pw", "bo", "pw")))
                        .bandwidthPerUser(RATE));
        origin = stage.origin();
        udpOrigin = stage.datagrams(stage.far(2));
    }

    /** Uses twenty seconds' worth, of which nobody has to wait for anything. */
    private void runUp(Way way) {
        if (way == Way.TUNNEL_UP || way == Way.TUNNEL_DOWN) {
            for (int i = 0; i < TUNNELS; i++) {
                new Pair("al", way).pass(new byte[SLICE]);
            }
        } else {
            new Pair("al", way).pass(LARGE);
        }
    }

    /** Uses a slice of something new, which never has to wait, and sees when more gets through. */
    private void assertPays(String user, Way way) {
        Pair pair = new Pair(user, way);
        pair.pass(new byte[SLICE]);
        long due = use(user, way.isUp()).paidAt;
        assertKept(Duration.ZERO, due, pair.pass(ONE));
    }

    private Use use(String user, boolean up) {
        return uses.computeIfAbsent(user + up, any -> new Use());
    }

    /** Something new that a user has: from where a direction comes, and where it leads. */
    private final class Pair {
        private final String user;
        private final Way way;
        private final Program from;
        private final Program to;
        private final Association association;

        private Pair(String user, Way way) {
            this.user = user;
            this.way = way;
            Program client = stage.loggedIn(user);
            if (way == Way.TUNNEL_UP || way == Way.TUNNEL_DOWN) {
                client.says("05 01 00 " + Setting.hex(origin.address())).hearsSuccess();
                Program far = origin.takes();
                this.from = way.isUp() ? client : far;
                this.to = way.isUp() ? far : client;
                this.association = null;
                return;
            }
            this.from = client;
            this.to = client;
            this.association = Association.open(stage, client);
            if (way == Way.RELAY_DOWN) { // Asked by a socket of its own, so that the answers are its own.
                association.says(udpOrigin.address(), new byte[0]);
                long at = udpOrigin.takes().at() - Stage.LATENCY;
                use(user, true).charge(at, Datagrams.datagram(udpOrigin.address(), new byte[0]).length);
            }
        }

        /** Passes bytes, and tells when the server has passed them on. */
        private long pass(byte[] bytes) {
            long at;
            int charged = bytes.length;
            switch (way) {
                case TUNNEL_UP, TUNNEL_DOWN -> {
                    from.says(bytes);
                    at = to.hears(bytes).heardAt() - Stage.LATENCY;
                }
                case RELAY_UP -> {
                    association.says(udpOrigin.address(), bytes);
                    at = udpOrigin.hears(bytes) - Stage.LATENCY;
                    charged = Datagrams.datagram(udpOrigin.address(), bytes).length;
                }
                case RELAY_DOWN -> {
                    udpOrigin.answers(bytes);
                    at = association.hears(udpOrigin.address(), bytes) - Stage.LATENCY;
                }
                default -> throw new AssertionError(way);
            }
            use(user, way.isUp()).charge(at, charged);
            return at;
        }
    }
}
