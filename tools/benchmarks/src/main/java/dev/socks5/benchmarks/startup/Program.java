package dev.socks5.benchmarks.startup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program whose start is measured. Each prints the nanoseconds that it took itself, and nothing else. */
enum Program {
    EMPTY("an empty program", Empty.class),
    SOCKET("a connection by `Socket`", PlainSocket.class),
    JDK("through the proxy, by the JDK's client", JdkSocks.class),
    OURS("through the proxy, by `Socks5Client`", OurSocks.class);

    private final String title;
    private final Class<?> type;

    Program(String title, Class<?> type) {
        this.title = title;
        this.type = type;
    }

    /** Its row in the table. */
    String title() {
        return title;
    }

    String mainClass() {
        return type.getName();
    }

    /** Writes the classes of all programs to a folder, because the jar that they are in is large, and slow to open. */
    static void extract(Path folder) throws IOException {
        for (Program program : values()) {
            Path file = folder.resolve(program.mainClass().replace('.', '/') + ".class");
            Files.createDirectories(file.getParent());
            try (InputStream in = program.type.getResourceAsStream(program.type.getSimpleName() + ".class")) {
                if (in == null) {
                    throw new IOException("no class file of " + program.mainClass());
                }
                Files.write(file, in.readAllBytes());
            }
        }
    }
}
