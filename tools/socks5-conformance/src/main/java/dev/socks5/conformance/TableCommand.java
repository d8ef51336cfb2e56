package dev.socks5.conformance;

import dev.socks5.conformance.report.LeaguePage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the page that compares programs. */
@Command(
        name = "table",
        description = "Prints a page in Markdown that compares programs, made of results that --json has written.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class TableCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Results, in the order of the columns.")
    private List<Path> files;

    @Override
    public Integer call() {
        List<String> results = new ArrayList<>();
        for (Path file : files) {
            try {
                results.add(Files.readString(file));
            } catch (IOException e) {
                throw new ParameterException(spec.commandLine(), "cannot read " + file);
            }
        }
        try {
            spec.commandLine().getOut().print(LeaguePage.of(results));
            spec.commandLine().getOut().flush();
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
        return 0;
    }
}
