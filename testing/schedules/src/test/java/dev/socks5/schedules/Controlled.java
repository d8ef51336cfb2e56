package dev.socks5.schedules;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import kotlin.Unit;
import org.pastalab.fray.core.TestRunner;
import org.pastalab.fray.core.command.Configuration;
import org.pastalab.fray.core.command.ExecutionInfo;
import org.pastalab.fray.core.command.LambdaExecutor;
import org.pastalab.fray.core.command.NetworkDelegateType;
import org.pastalab.fray.core.command.SystemTimeDelegateType;
import org.pastalab.fray.core.randomness.ControlledRandom;
import org.pastalab.fray.core.randomness.Randomness;
import org.pastalab.fray.core.randomness.RandomnessProvider;
import org.pastalab.fray.core.scheduler.POSScheduler;

/** Has Fray decide which thread goes on. Apart from {@link Schedules}, which is loaded on any JDK. */
final class Controlled {

    /** In seconds, for all schedules of one scenario. */
    private static final int LIMIT = 600;

    private static final Path REPORT = Path.of(System.getProperty("fray.workDir", "target/fray/report"));

    private Controlled() {}

    static void explore(long first, int count, Scenario scenario) {
        Seeds seeds = new Seeds(first);
        @SuppressWarnings("NullAway") // No figures of what has been covered.
        Configuration configuration = new Configuration(
                new ExecutionInfo(new LambdaExecutor(() -> run(scenario)), false, true, -1),
                REPORT,
                count,
                LIMIT,
                new POSScheduler(seeds.getRandomness()),
                seeds,
                false, // full schedule
                false, // go on after a failure
                true, // do not end the JVM
                false, // replay from its own files
                false, // without Fray
                false, // dry run
                NetworkDelegateType.REACTIVE,
                SystemTimeDelegateType.NONE,
                100_000L,
                true, // a wait with a limit has none, as long as any thread can go on
                true, // nor does a sleep take time
                false, // a new class loader each time
                false, // redirect the output
                false, // stop threads that are left
                false, // stack traces of racing operations
                null);
        Throwable failure = new TestRunner(configuration).run();
        if (failure != null) {
            throw Schedules.failed(seeds.last, failure);
        }
    }

    private static Unit run(Scenario scenario) {
        try {
            scenario.run();
        } catch (Exception e) {
            throw new AssertionError(e.toString(), e);
        }
        return Unit.INSTANCE;
    }

    /** Gives each schedule its own random numbers. */
    private static final class Seeds implements RandomnessProvider {
        private long last;

        private Seeds(long first) {
            last = first - 1;
        }

        @Override
        public Randomness getRandomness() {
            last++;
            return new ControlledRandom(new ArrayList<>(), new ArrayList<>(), new Random(last));
        }
    }
}
