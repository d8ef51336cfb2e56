package dev.socks5.conformance;

import dev.socks5.conformance.report.JUnitReport;
import dev.socks5.conformance.report.JsonReport;
import dev.socks5.conformance.report.Report;
import dev.socks5.conformance.report.TapReport;
import dev.socks5.conformance.report.TextReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say what is written, and where. */
final class Outputs {

    /** In the place of a file, it stands for standard output. */
    private static final Path STANDARD_OUTPUT = Path.of("-");

    @Option(names = "--junit", paramLabel = "FILE", description = "Also write JUnit XML; - is standard output.")
    private @Nullable Path junit;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write JSON.")
    private @Nullable Path json;

    @Option(names = "--tap", paramLabel = "FILE", description = "Also write TAP, version 14.")
    private @Nullable Path tap;

    @Option(names = "--no-color", description = "No colours, as with NO_COLOR in the environment.")
    private boolean noColor;

    @Option(names = "--no-transcript", description = "Leave out what was sent and received.")
    private boolean noTranscript;

    @Option(names = "--program", paramLabel = "NAME", description = "What reports call the program under test.")
    private String program = "";

    @Option(names = "--program-version", paramLabel = "VERSION", description = "Its version.")
    private String version = "";

    Report.Program program() {
        return new Report.Program(program, version);
    }

    /** Sees to it that a long run is not for nothing. */
    void check(CommandLine commandLine) {
        if (Stream.of(junit, json, tap).filter(STANDARD_OUTPUT::equals).count() > 1) {
            throw new ParameterException(commandLine, "only one report can go to standard output");
        }
        for (Path file : new Path[] {junit, json, tap}) {
            if (file == null || file.equals(STANDARD_OUTPUT)) {
                continue;
            }
            Path folder = file.toAbsolutePath().getParent();
            if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
                throw new ParameterException(commandLine, "no file can be written there: " + file);
            }
        }
    }

    /** Says whether the terminal, if it is one, takes escape sequences. */
    boolean color() {
        return !noColor && Ansi.AUTO.enabled();
    }

    /** Writes everything that is asked for; the text goes to standard error if something else takes standard output. */
    void write(Report complete, CommandLine commandLine) throws IOException {
        Report report = noTranscript ? complete.withoutTranscripts() : complete;
        boolean taken = STANDARD_OUTPUT.equals(junit) || STANDARD_OUTPUT.equals(json) || STANDARD_OUTPUT.equals(tap);
        (taken ? commandLine.getErr() : commandLine.getOut()).print(TextReport.of(report, color()));
        if (junit != null) {
            write(junit, JUnitReport.of(report), commandLine);
        }
        if (json != null) {
            write(json, JsonReport.of(report), commandLine);
        }
        if (tap != null) {
            write(tap, TapReport.of(report), commandLine);
        }
        commandLine.getOut().flush();
        commandLine.getErr().flush();
    }

    private static void write(Path file, String text, CommandLine commandLine) throws IOException {
        if (file.equals(STANDARD_OUTPUT)) {
            commandLine.getOut().print(text);
        } else {
            Files.writeString(file, text);
        }
    }
}
