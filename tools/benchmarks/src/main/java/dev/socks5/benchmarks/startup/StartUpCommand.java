package dev.socks5.benchmarks.startup;

import dev.socks5.benchmarks.compare.Fleet;
import dev.socks5.benchmarks.compare.Machine;
import dev.socks5.benchmarks.compare.Server;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code benchmarks start-up}: what the client adds to the start of a program. */
@Command(
        name = "start-up",
        description =
                "Starts an empty program, one that connects, and two that connect through one of our servers, in turns,"
                        + " each in a fresh JVM; and prints how long they took, how many classes they loaded, and how large"
                        + " the library's jars are.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:All was measured.", "1:Something failed.", "2:The command line is wrong."})
public final class StartUpCommand implements Callable<Integer> {

    private static final int WARM_UP = 3;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each program is started. Default: ${DEFAULT-VALUE}.")
    private int rounds = 21;

    @Option(
            names = "--java",
            paramLabel = "HOME",
            description = "The JVM of the programs and the server. Default: the one that runs this.")
    private Path javaHome = Path.of(System.getProperty("java.home"));

    @Option(names = "--jar", paramLabel = "FILE", description = "Our server. Default: ${DEFAULT-VALUE}.")
    private Path jar = Path.of("tools/socks5-proxy/target/socks5-server.jar");

    @Option(
            names = "--project",
            paramLabel = "FOLDER",
            description = "Where the library's jars were built. Default: ${DEFAULT-VALUE}.")
    private Path project = Path.of("");

    /** For picocli. */
    @SuppressWarnings("NullAway.Init") // picocli gives the CommandSpec.
    public StartUpCommand() {}

    @Override
    public Integer call() throws IOException {
        if (rounds <= 0) {
            throw new ParameterException(spec.commandLine(), "--rounds takes a positive number");
        }
        Jars jars = Jars.below(project);
        Path programs = Files.createTempDirectory("start-up");
        try (Fleet fleet = new Fleet();
                Greeter origin = new Greeter()) {
            Program.extract(programs);
            FreshJvm jvm = new FreshJvm(
                    javaHome,
                    programs + File.pathSeparator + jars.classPath(),
                    fleet.start(Server.ours(javaHome, jar, List.of())).target().address(),
                    origin.address());
            StartUp times = new StartUp();
            for (int i = -WARM_UP; i < rounds; i++) {
                times.round(i, jvm::run);
            }
            print(times.markdown(program -> LoadedClasses.of(jvm.loaded(program))), jars);
        } finally {
            Fleet.delete(programs);
        }
        return 0;
    }

    private void print(String table, Jars jars) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Machine.facts(javaHome, List.of()).forEach(fact -> out.println("* " + fact));
        out.println("* the median of %d rounds (least–greatest) after %d to warm up".formatted(rounds, WARM_UP));
        out.println();
        out.println(table);
        out.print(jars.markdown());
        out.flush();
    }
}
