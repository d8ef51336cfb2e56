package dev.socks5.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log that is renamed while it is written, as logrotate does it. */
@Timeout(60)
class LateFileTest {

    @TempDir
    private Path folder;

    private static void write(LateFile file, String text) throws IOException {
        file.write(text.getBytes(US_ASCII));
    }

    @Test
    void itGoesOnInWhatHasTheName() throws IOException {
        Path path = folder.resolve("log");
        Path renamed = folder.resolve("log.1");
        try (LateFile file = LateFile.append(path)) {
            write(file, "1\n");
            Files.move(path, renamed);
            write(file, "2\n"); // Until it is told.
            file.reopen();
            assertThat(path).as("as soon as that").isEmptyFile();
            write(file, "3\n");
            file.reopen(); // The same one.
            write(file, "4\n");
        }
        assertThat(renamed).hasContent("1\n2\n");
        assertThat(path).hasContent("3\n4\n");
    }

    @Test
    void whatCannotBeOpenedLeavesTheOldOne() throws IOException {
        Path path = Files.createDirectory(folder.resolve("logs")).resolve("log");
        Path moved = folder.resolve("moved");
        try (LateFile file = LateFile.append(path)) {
            write(file, "1\n");
            Files.move(path.getParent(), moved);
            assertThatThrownBy(file::reopen).isInstanceOf(IOException.class);
            write(file, "2\n");
        }
        assertThat(moved.resolve("log")).hasContent("1\n2\n");
    }

    /** Each line is in one of the files, whole, in order. */
    @Test
    void noLineIsLost() throws Exception {
        int lines = 20_000;
        int rotations = 50;
        Path path = folder.resolve("log");
        try (LateFile file = LateFile.append(path)) {
            LineWriter writer = new LineWriter("test", file, count -> "dropped " + count);
            for (int i = 0; i < lines; i++) {
                writer.print(Integer.toString(i));
                if (i % (lines / rotations) == lines / rotations - 1) {
                    int number = i / (lines / rotations);
                    Files.move(path, folder.resolve("log." + number));
                    writer.between(file::reopen);
                    while (!Files.exists(path)) {
                        Thread.onSpinWait();
                    }
                }
            }
            writer.close();
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < rotations; i++) {
            all.addAll(Files.readAllLines(folder.resolve("log." + i)));
        }
        all.addAll(Files.readAllLines(path));
        Stream<String> expected = IntStream.range(0, lines).mapToObj(Integer::toString);
        assertThat(all).containsExactlyElementsOf(expected.toList());
    }
}
