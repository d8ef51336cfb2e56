package dev.socks5.benchmarks.stall;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code benchmarks stall}: clients that do not read, against our server in small JVMs. */
@Command(
        name = "stall",
        description = "Opens tunnels through our server to an origin that sends without end, and reads nothing."
                + " Run it alone: it takes much of the kernel's TCP memory.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:Every server held.", "1:One of them did not.", "2:The command line is wrong."})
public final class StallCommand implements Callable<Integer> {

    private static final Duration GIVE_BACK_LIMIT = Duration.ofSeconds(30);
    private static final Duration ATTACK_LIMIT = Duration.ofSeconds(30);
    private static final Duration CALM = Duration.ofSeconds(2);

    /** What an idle server uses at the most of one processor. */
    private static final double IDLE_CPU = 0.2;

    /** The honest client's own connection, both ends, and what the JVM may have opened. */
    private static final int SPARE_DESCRIPTORS = 6;

    @Spec
    private CommandSpec spec;

    @Option(names = "--java", paramLabel = "HOME", description = "The server's JVM. Default: the one that runs this.")
    private Path javaHome = Path.of(System.getProperty("java.home"));

    @Option(names = "--jar", paramLabel = "FILE", description = "Our server. Default: ${DEFAULT-VALUE}.")
    private Path jar = Path.of("tools/socks5-proxy/target/socks5-server.jar");

    @Option(names = "--option", paramLabel = "OPTION", description = "A further option of the server's; repeatable.")
    private List<String> options = new ArrayList<>();

    @Parameters(
            paramLabel = "HEAP/PROCESSORS/TUNNELS",
            arity = "1..*",
            converter = Size.class,
            description = "For example 64m/8/1000.")
    private List<AttackSize> sizes = new ArrayList<>();

    /** For picocli. */
    @SuppressWarnings("NullAway.Init") // picocli gives the CommandSpec.
    public StallCommand() {}

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        out.println("| heap | processors | stalled | refused | live heap | honest clients: served, failed"
                + " | their latency, median, greatest | given back after | CPU then | SIGTERM |");
        out.println("|---|---|---|---|---|---|---|---|---|---|");
        boolean held = true;
        for (AttackSize size : sizes) {
            held &= attack(size, out);
        }
        return held ? 0 : 1;
    }

    private boolean attack(AttackSize size, PrintWriter out) throws Exception {
        try (VictimServer server = new VictimServer(javaHome, jar, size, options);
                Flood flood = new Flood();
                HonestClients honest = new HonestClients(server.address())) {
            TimeUnit.SECONDS.sleep(3); // Until what the first clients load is there, and compiled.
            int before = server.descriptors();
            int earlier = honest.served();
            StalledReaders attack = new StalledReaders(server.address(), flood.address());
            OptionalLong live;
            try (attack) {
                long start = System.nanoTime();
                for (int i = 0; i < size.tunnels() && System.nanoTime() - start < ATTACK_LIMIT.toNanos(); i++) {
                    attack.add(i);
                }
                TimeUnit.SECONDS.sleep(3);
                live = server.liveHeap();
            }
            OptionalLong givenBack = awaitDescriptors(server, before + SPARE_DESCRIPTORS);
            int served = honest.served() - earlier;
            double median = honest.millis(earlier, 0.5);
            double greatest = honest.millis(earlier, 1);
            honest.close();
            int failed = honest.failed();
            double cpu = cpu(server);
            OptionalLong obeyed = server.terminate();
            out.printf(
                    Locale.ROOT,
                    "| %s | %d | %d | %d | %s | %d, %d | %.1f, %.0f ms | %s | %.2f | %s |%n",
                    size.heap(),
                    size.processors(),
                    attack.opened(),
                    attack.refused(),
                    live.isPresent() ? String.format(Locale.ROOT, "%.1f MB", live.getAsLong() / 1e6) : "no answer",
                    served,
                    failed,
                    median,
                    greatest,
                    text(givenBack),
                    cpu,
                    text(obeyed));
            out.flush();
            return failed == 0 && givenBack.isPresent() && obeyed.isPresent() && cpu < IDLE_CPU;
        }
    }

    private static String text(OptionalLong millis) {
        return millis.isPresent() ? millis.getAsLong() + " ms" : "never";
    }

    private static OptionalLong awaitDescriptors(VictimServer server, int count)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < GIVE_BACK_LIMIT.toNanos()) {
            if (server.descriptors() <= count) {
                return OptionalLong.of(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return OptionalLong.empty();
    }

    /** Which part of one processor a server uses that has nothing to do. */
    private static double cpu(VictimServer server) throws IOException, InterruptedException {
        Duration before = server.cpu();
        TimeUnit.NANOSECONDS.sleep(CALM.toNanos());
        return (double) server.cpu().minus(before).toNanos() / CALM.toNanos();
    }

    private static final class Size implements ITypeConverter<AttackSize> {
        @Override
        public AttackSize convert(String text) {
            try {
                return AttackSize.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
