package dev.socks5.schedules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs a scenario under many schedules, each of which is one number. On a JDK that Fray has instrumented, a schedule
 * decides which thread goes on at each monitor, atomic, volatile and park, and the number replays it to the step. On
 * any other it only says how long each thread waits before it begins: there, a failure may take some rounds to come
 * again.
 */
public final class Schedules {

    private static final boolean CONTROLLED = isControlled();
    private static final long FIRST = Long.getLong("schedules.seed", 1);
    private static final boolean ONE = Long.getLong("schedules.seed") != null;

    /** The number of schedules for each scenario. */
    private static final int COUNT = Integer.getInteger("schedules.count", CONTROLLED ? 500 : 100);

    private Schedules() {}

    /** Runs a scenario under the schedules of this run, which are the same each time. */
    public static void explore(Scenario scenario) {
        explore(COUNT, scenario);
    }

    /** Runs one that takes long, because it has sockets or a server, under a tenth of them. */
    public static void exploreSome(Scenario scenario) {
        explore(Math.max(1, COUNT / 10), scenario);
    }

    /** Runs one that blocks in sockets, on threads of its own, where Fray cannot follow: never under Fray. */
    public static void exploreUncontrolled(Scenario scenario) {
        Assumptions.assumeFalse(CONTROLLED, "threads that block in sockets");
        exploreSome(scenario);
    }

    private static void explore(int count, Scenario scenario) {
        int schedules = ONE ? 1 : count;
        if (CONTROLLED) {
            Controlled.explore(FIRST, schedules, scenario);
        } else {
            for (long seed = FIRST; seed < FIRST + schedules; seed++) {
                try {
                    Race.begin(new Random(seed));
                    scenario.run();
                } catch (Throwable e) {
                    throw failed(seed, e);
                }
            }
        }
    }

    /** Names the schedule in the failure. */
    static AssertionError failed(long seed, Throwable e) {
        return new AssertionError("-Dschedules.seed=" + seed + ": " + e, e);
    }

    /** Whether this JVM was made by Fray: its release file says so. */
    private static boolean isControlled() {
        try {
            return Files.readString(Path.of(System.getProperty("java.home"), "release"))
                    .contains("IMPLEMENTOR=Fray");
        } catch (IOException e) {
            return false;
        }
    }

    static boolean areControlled() {
        return CONTROLLED;
    }
}
