package dev.socks5.conformance;

import dev.socks5.conformance.client.ClientCases;
import dev.socks5.conformance.report.CaseList;
import dev.socks5.conformance.report.Side;
import dev.socks5.conformance.server.ServerCases;
import dev.socks5.conformance.suite.Case;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the cases. */
@Command(
        name = "list",
        description = "Prints every case, or those that are chosen.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ListCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "SIDE", description = "server or client; without it, both.")
    private @Nullable Side side;

    @Option(names = "--verbose", description = "What is sent, what passes, and what a failure means to users.")
    private boolean verbose;

    @Mixin
    private Selection selection;

    @Override
    public Integer call() {
        int count = print(Side.SERVER, ServerCases.all()) + print(Side.CLIENT, ClientCases.all());
        if (count == 0) {
            throw new ParameterException(spec.commandLine(), "no case is chosen");
        }
        return 0;
    }

    private <T> int print(Side of, List<Case<T>> all) {
        if (side != null && side != of) {
            return 0;
        }
        List<Case<T>> chosen = selection.of(all);
        spec.commandLine().getOut().print(CaseList.of(of, chosen, verbose));
        spec.commandLine().getOut().flush();
        return chosen.size();
    }
}
