package dev.socks5.benchmarks.startup;

import dev.socks5.benchmarks.compare.Spread;
import dev.socks5.benchmarks.startup.FreshJvm.Nanos;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What each program took at its start. */
final class StartUp {

    private static final double NANOS_PER_MILLI = 1e6;

    /** Finds something out about a program by running it in a fresh JVM. */
    @FunctionalInterface
    interface Run<T> {
        T run(Program program) throws IOException;
    }

    private final Map<Program, List<Nanos>> taken = new EnumMap<>(Program.class);

    /**
     * Runs each program once, beginning with another one each time.
     *
     * @param number of the round; those below 0 do not count
     * @param run how to run a program
     */
    void round(int number, Run<Nanos> run) throws IOException {
        List<Program> order = new ArrayList<>(Arrays.asList(Program.values()));
        Collections.rotate(order, -number);
        for (Program program : order) {
            Nanos nanos = run.run(program);
            if (number >= 0) {
                taken.computeIfAbsent(program, absent -> new ArrayList<>()).add(nanos);
            }
        }
    }

    /** The table in Markdown, after at least one round that counts. */
    String markdown(Run<LoadedClasses> classes) throws IOException {
        LoadedClasses empty = classes.run(Program.EMPTY);
        StringBuilder text = new StringBuilder("| program | ms, whole process | added | ms in its own code"
                + " | classes | added | not from the archive | of the library |\n|---|---|---|---|---|---|---|---|\n");
        for (Program program : Program.values()) {
            text.append(line(program, classes.run(program), empty));
        }
        return text.toString();
    }

    private String line(Program program, LoadedClasses loaded, LoadedClasses empty) {
        Spread whole = millis(program, Nanos::process);
        double added = whole.median() - millis(Program.EMPTY, Nanos::process).median();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.1f | %s | %d | %d | %d | %d |%n",
                program.title(),
                whole.show(),
                added,
                millis(program, Nanos::main).show(),
                loaded.all(),
                loaded.all() - empty.all(),
                loaded.parsed(),
                loaded.ours());
    }

    private Spread millis(Program program, ToLongFunction<Nanos> part) {
        return Spread.of(taken.getOrDefault(program, List.of()).stream()
                .map(nanos -> part.applyAsLong(nanos) / NANOS_PER_MILLI)
                .toList());
    }
}
