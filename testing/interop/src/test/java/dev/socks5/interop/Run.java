package dev.socks5.interop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How a program ended.
 *
 * @param status its exit status
 * @param output its standard output, in ISO-8859-1
 * @param errors its standard error
 */
record Run(int status, String output, String errors) {

    private static final long LIMIT_SECONDS = 30;

    /** Runs a program that gets no input. */
    static Run of(List<String> command) throws IOException, InterruptedException {
        return of(command, "");
    }

    /** Runs a program and waits for its end. */
    static Run of(List<String> command, String input) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("run");
        Path in = Files.writeString(folder.resolve("in"), input);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        try {
            int status = run(new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile()));
            return new Run(status, Files.readString(out, StandardCharsets.ISO_8859_1), Files.readString(err));
        } finally {
            for (Path file : List.of(in, out, err, folder)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static int run(ProcessBuilder builder) throws IOException, InterruptedException {
        // What a developer has set for other purposes would lead the programs elsewhere.
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("not ended after %d s: %s".formatted(LIMIT_SECONDS, builder.command()));
            }
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
