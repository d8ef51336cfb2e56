package dev.socks5.conformance.client;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A command line that is run for each case, without a shell. In each word, {@code {proxy}} and the like stand for what
 * {@link Task} has.
 */
public final class Command implements Program {

    private static final Map<String, Function<Task, String>> PLACEHOLDERS = Map.of(
            "proxy", Task::proxyText,
            "proxy-host", Task::proxyHost,
            "proxy-port", task -> Integer.toString(task.proxy().getPort()),
            "url", Task::url,
            "host", Task::host,
            "port", task -> Integer.toString(task.port()),
            "path", Task::path,
            "user", Task::user,
            "password", Task::password);

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z][a-z-]*)}");

    private final List<String> words;

    private Command(List<String> words) {
        this.words = words;
    }

    /**
     * Reads a command line.
     *
     * @param line words with blanks between them; quotes and backslashes as in a shell
     * @throws IllegalArgumentException if it is empty, a quote is not closed, the proxy does not occur, or there is a
     *     placeholder that means nothing
     */
    public static Command parse(String line) {
        List<String> words = Words.of(line);
        Matcher matcher = PLACEHOLDER.matcher(line);
        while (matcher.find()) {
            if (!PLACEHOLDERS.containsKey(matcher.group(1))) {
                throw new IllegalArgumentException(matcher.group() + " means nothing; there are "
                        + PLACEHOLDERS.keySet().stream()
                                .sorted()
                                .map(name -> "{" + name + "}")
                                .collect(Collectors.joining(" ")));
            }
        }
        if (!line.contains("{proxy}") && !line.contains("{proxy-port}")) {
            throw new IllegalArgumentException("neither {proxy} nor {proxy-port} is in the command: " + line);
        }
        return new Command(words);
    }

    /** Returns the words for one run. */
    List<String> words(Task task) {
        return words.stream()
                .map(word -> PLACEHOLDER
                        .matcher(word)
                        .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1), task))))
                .toList();
    }

    private static String value(String name, Task task) {
        return Objects.requireNonNull(PLACEHOLDERS.get(name)).apply(task);
    }

    @Override
    public String describe(Task task) {
        return "command: " + String.join(" ", words(task));
    }

    @Override
    public Run start(Task task) throws IOException {
        Process process =
                new ProcessBuilder(words(task)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return new ProcessRun(process);
    }

    private static final class ProcessRun implements Run {

        private static final int SECONDS_TO_DIE = 5;

        private final Process process;
        private final Output output = new Output();

        ProcessRun(Process process) {
            this.process = process;
            Thread reader = new Thread(this::read, "program-output");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (InputStream in = process.getInputStream();
                    output) {
                in.transferTo(output);
            } catch (IOException e) {
                // The program was ended, and its output with it.
            }
        }

        @Override
        public Output output() {
            return output;
        }

        @Override
        public boolean awaitEnd(Duration time) throws InterruptedException {
            return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public String state() {
            return process.isAlive() ? "still runs" : "ended with status " + process.exitValue();
        }

        @Override
        public void close() throws IOException {
            // The children first: when the program is gone, they are no longer known as its.
            List<ProcessHandle> children = process.descendants().toList();
            process.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
            try {
                process.waitFor(SECONDS_TO_DIE, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
