package dev.socks5.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.conformance.peer.RightClient;
import dev.socks5.conformance.peer.RightClient.Kind;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Patience;
import dev.socks5.conformance.suite.Runner;
import dev.socks5.conformance.suite.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Has a client do what the terminal asks of a person. */
class PromptTest {

    private static final Patience PATIENCE = new Patience(Duration.ofSeconds(5), Duration.ofMillis(200));
    private static final Pattern ASKED =
            Pattern.compile("Fetch http://(.*):([0-9]+)(/.*) through the SOCKS5 proxy 127\\.0\\.0\\.1:([0-9]+)");

    @Test
    void whatGoesOverTheWireIsJudged() throws Exception {
        assertThat(outcome("reply/success", RightClient::new).verdict()).isEqualTo(Verdict.PASSED);
        Outcome wrong = outcome("code/05", Faults.AnyReply::new);
        assertThat(wrong.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(wrong.reason()).contains("nothing may be sent after a reply with REP 05");
    }

    @Test
    void whatOnlyTheProgramSaysIsSkipped() throws Exception {
        Outcome outcome = outcome("tunnel/large", RightClient::new);
        assertThat(outcome.verdict()).isEqualTo(Verdict.SKIPPED);
        assertThat(outcome.reason()).contains("--command");
    }

    private static Outcome outcome(String id, Supplier<RightClient> peer) throws Exception {
        ClientUnderTest client = ClientUnderTest.byHand(new Prompt(new Terminal(peer)), freePort());
        Set<Feature> features = ClientProbe.features(client, PATIENCE);
        assertThat(features).doesNotContain(Feature.OUTPUT, Feature.LOGIN_COMMAND);
        List<Case<ClientTrial>> one =
                ClientCases.all().stream().filter(of -> of.id().equals(id)).toList();
        return new Runner<>(ClientTrial.of(client, features, PATIENCE), features, 1)
                .run(one, outcome -> {})
                .get(0);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Obeys. */
    private static final class Terminal extends PrintStream {

        private final Supplier<RightClient> peer;

        Terminal(Supplier<RightClient> peer) {
            super(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
            this.peer = peer;
        }

        @Override
        public void println(String line) {
            Matcher asked = ASKED.matcher(line);
            assertThat(asked.matches()).as(line).isTrue();
            Task task = new Task(
                    new InetSocketAddress("127.0.0.1", Integer.parseInt(asked.group(4))),
                    asked.group(1),
                    Integer.parseInt(asked.group(2)),
                    asked.group(3),
                    "",
                    "");
            Thread person = new Thread(() -> fetch(task), "person");
            person.setDaemon(true);
            person.start();
        }

        private void fetch(Task task) {
            try {
                peer.get().run(Kind.FETCH, task, OutputStream.nullOutputStream());
            } catch (IOException e) {
                // as the case may be
            }
        }
    }
}
