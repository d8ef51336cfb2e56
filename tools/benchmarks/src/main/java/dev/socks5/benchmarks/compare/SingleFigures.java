package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.compare.Results.Failure;
import dev.socks5.benchmarks.load.Figure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every single figure and failure as a line of CSV, written at once: a run that is interrupted leaves what it had. */
final class SingleFigures implements Comparison.Listener, AutoCloseable {

    private final PrintWriter file;
    private final PrintWriter progress;

    /**
     * Begins.
     *
     * @param file the CSV; closed at the end
     * @param progress for who waits
     */
    SingleFigures(Writer file, PrintWriter progress) {
        this.file = new PrintWriter(file, true);
        this.progress = progress;
        line("round", "server", "measure", "figure", "unit", "value", "failure");
    }

    @Override
    public void measured(int round, String server, String measure, Figure figure) {
        line(round, server, measure, figure.name(), figure.unit(), figure.value(), "");
        tell(round, server, figure.name() + ": " + Numbers.show(figure.value()) + " " + figure.unit());
    }

    @Override
    public void failed(int round, Failure failure) {
        line(round, failure.server(), failure.measure(), "", "", "", failure.message());
        tell(round, failure.server(), failure.measure() + " FAILED: " + failure.message());
    }

    private void line(Object... fields) {
        file.println(Stream.of(fields)
                .map(field -> '"' + field.toString().replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(",")));
    }

    private void tell(int round, String server, String what) {
        progress.println("round " + round + ", " + server + ", " + what);
        progress.flush();
    }

    @Override
    public void close() throws IOException {
        file.close();
        if (file.checkError()) {
            throw new IOException("not every figure could be written");
        }
    }
}
