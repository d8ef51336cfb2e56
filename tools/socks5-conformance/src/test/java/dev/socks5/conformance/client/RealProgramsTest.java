package dev.socks5.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.socks5.conformance.peer.RightClient;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Patience;
import dev.socks5.conformance.suite.Runner;
import dev.socks5.conformance.suite.Verdict;
import dev.socks5.conformance.suite.Violation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Judges programs that run by themselves: a few cases of each kind, because each costs a process. */
class RealProgramsTest {

    private static final Patience PATIENT = new Patience(Duration.ofSeconds(10), Duration.ofMillis(100));
    private static final Set<String> FEW = Set.of(
            "selection/none-acceptable",
            "request/name",
            "request/ipv4",
            "reply/in-pieces",
            "code/05",
            "end/within-reply-4",
            "tunnel/large",
            "direct/proxy-not-there");

    @Test
    void aJvm() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String command = "'" + java + "' -XX:TieredStopAtLevel=1 -Xmx64m -cp '" + System.getProperty("java.class.path")
                + "' " + RealProgramsTest.class.getName() + " {proxy-host} {proxy-port} {host} {port} {path}";
        assertThat(judged(command)).isEmpty();
    }

    @Test
    void curl() throws Exception {
        assumeTrue(
                Pattern.compile(":").splitAsStream(System.getenv("PATH")).anyMatch(RealProgramsTest::hasCurl),
                "no curl");
        assertThat(judged("curl -sS --max-time 60 --socks5-hostname {proxy} {url}"))
                .isEmpty();
    }

    @Test
    void whoNeverConnectsIsNotJudged() throws Exception {
        ClientUnderTest client = ClientUnderTest.of(Command.parse("sh -c 'echo no such option; exit 2' {proxy}"));
        Violation violation = null;
        try {
            ClientProbe.features(client, PATIENT);
        } catch (Violation e) {
            violation = e;
        }
        assertThat(violation)
                .hasMessage("expected a connection to the proxy, but none came: the program ended with status 2"
                        + " and printed: no such option");
    }

    private static boolean hasCurl(String folder) {
        return Files.isExecutable(Path.of(folder, "curl"));
    }

    /** Returns what failed. */
    private static List<String> judged(String command) throws IOException, Violation, InterruptedException {
        ClientUnderTest client = ClientUnderTest.of(Command.parse(command));
        Set<Feature> features = ClientProbe.features(client, PATIENT);
        assertThat(features).contains(Feature.NAMES, Feature.OUTPUT);
        List<Case<ClientTrial>> few =
                ClientCases.all().stream().filter(one -> FEW.contains(one.id())).toList();
        assertThat(few).hasSameSizeAs(FEW);
        return new Runner<>(ClientTrial.of(client, features, PATIENT), features, 2)
                .run(few, outcome -> {}).stream()
                        .filter(outcome -> outcome.verdict() != Verdict.PASSED)
                        .map(RealProgramsTest::text)
                        .toList();
    }

    private static String text(Outcome outcome) {
        return outcome.of().id() + ": " + outcome.reason();
    }

    /** Is the program that runs in a JVM of its own. */
    public static void main(String... args) throws IOException {
        Task task = new Task(
                new InetSocketAddress(args[0], Integer.parseInt(args[1])),
                args[2],
                Integer.parseInt(args[3]),
                args[4],
                "",
                "");
        new RightClient().run(RightClient.Kind.FETCH, task, System.out);
        System.out.flush();
    }
}
