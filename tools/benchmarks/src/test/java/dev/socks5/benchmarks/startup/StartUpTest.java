package dev.socks5.benchmarks.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.benchmarks.startup.FreshJvm.Nanos;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class StartUpTest {

    private static final int MILLI = 1_000_000;

    private static final Map<Program, LoadedClasses> CLASSES = Map.of(
            Program.EMPTY, new LoadedClasses(450, 440, 0),
            Program.SOCKET, new LoadedClasses(500, 450, 0),
            Program.JDK, new LoadedClasses(520, 451, 0),
            Program.OURS, new LoadedClasses(600, 452, 33));

    private final StartUp times = new StartUp();

    /** The first round does not count, and the second takes less than the third. */
    @Test
    void showsMediansAndWhatIsAdded() throws IOException {
        for (int i = -1; i < 3; i++) {
            long millis = i < 0 ? 900 : 40 + i;
            times.round(i, program -> {
                int index = List.of(Program.values()).indexOf(program);
                return new Nanos((millis + 10L * index) * MILLI, (millis + index) * MILLI / 2);
            });
        }

        assertThat(times.markdown(program -> Objects.requireNonNull(CLASSES.get(program))))
                .isEqualTo("""
                        | program | ms, whole process | added | ms in its own code | classes | added | not from the archive | of the library |
                        |---|---|---|---|---|---|---|---|
                        | an empty program | 41.0 (40.0–42.0) | 0.0 | 20.5 (20.0–21.0) | 450 | 0 | 10 | 0 |
                        | a connection by `Socket` | 51.0 (50.0–52.0) | 10.0 | 21.0 (20.5–21.5) | 500 | 50 | 50 | 0 |
                        | through the proxy, by the JDK's client | 61.0 (60.0–62.0) | 20.0 | 21.5 (21.0–22.0) | 520 | 70 | 69 | 0 |
                        | through the proxy, by `Socks5Client` | 71.0 (70.0–72.0) | 30.0 | 22.0 (21.5–22.5) | 600 | 150 | 148 | 33 |
                        """);
    }

    @Test
    void eachRoundBeginsWithAnotherProgram() throws IOException {
        List<Program> run = new ArrayList<>();
        for (int i = 0; i < Program.values().length; i++) {
            times.round(i, program -> {
                run.add(program);
                return new Nanos(1, 1);
            });
        }

        assertThat(run).hasSize(16).startsWith(Program.EMPTY, Program.SOCKET);
        assertThat(List.of(run.get(0), run.get(4), run.get(8), run.get(12))).containsExactly(Program.values());
    }
}
