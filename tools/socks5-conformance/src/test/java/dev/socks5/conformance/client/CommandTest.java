package dev.socks5.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.socks5.conformance.client.Program.Run;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CommandTest {

    private static final Task TASK =
            new Task(new InetSocketAddress("127.0.0.1", 1080), "::1", 80, "/page", "alice", "se{url}cret$1");
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void placeholdersStandForWhatTheTaskHas() {
        assertThat(words("x {proxy} {proxy-host} {proxy-port} {url} {host} {port} {path} {user}:{password}"))
                .containsExactly(
                        "x",
                        "127.0.0.1:1080",
                        "127.0.0.1",
                        "1080",
                        "http://[::1]:80/page",
                        "::1",
                        "80",
                        "/page",
                        "alice:se{url}cret$1");
    }

    @Test
    void quotesAndBackslashesKeepWordsTogether() {
        assertThat(words("sh -c 'a \"b\" \\c \\\" {port}' \"d 'e' \\\" \\f {proxy}\" g\\ h '' i"))
                .containsExactly("sh", "-c", "a \"b\" \\c \\\" 80", "d 'e' \" \\f 127.0.0.1:1080", "g h", "", "i");
    }

    @Test
    void otherBracesAreLeftAlone() {
        assertThat(words("awk '{ print $1 }' {} {proxy}"))
                .containsExactly("awk", "{ print $1 }", "{}", "127.0.0.1:1080");
    }

    @Test
    void whatCannotBeMeantIsAnError() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Command.parse("curl {proxy} {ulr}"))
                .withMessageContaining("{ulr} means nothing; there are {host}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Command.parse("curl 'http {proxy}"))
                .withMessageContaining("is not closed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Command.parse("  "))
                .withMessageContaining("empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Command.parse("curl {url}"))
                .withMessageContaining("neither {proxy} nor {proxy-port}");
    }

    @Test
    void bothOutputsAndTheStatusAreSeen() throws Exception {
        try (Run run = start("sh -c 'echo one; echo two >&2; exit 3' {proxy}")) {
            assertThat(run.output().await("two", LONG)).isTrue();
            assertThat(run.awaitEnd(LONG)).isTrue();
            assertThat(run.output().shown()).isEqualTo("one / two");
            assertThat(run.state()).isEqualTo("ended with status 3");
        }
    }

    @Test
    void theProgramHasNoInput() throws Exception {
        try (Run run = start("sh -c 'cat; echo end' {proxy}")) {
            assertThat(run.output().await("end", LONG)).isTrue();
        }
    }

    @Test
    void closingEndsTheProgramAndItsChildren() throws Exception {
        ProcessHandle child;
        try (Run run = start("sh -c 'sleep 1000 & echo $!; echo .; wait' {proxy}")) {
            assertThat(run.output().await(".", LONG)).isTrue();
            child = ProcessHandle.of(Long.parseLong(run.output().shown().replaceAll(" .*", "")))
                    .orElseThrow();
            assertThat(run.state()).isEqualTo("still runs");
        }
        child.onExit().get(LONG.toSeconds(), TimeUnit.SECONDS);
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void anOutputThatEndsIsNotWaitedFor() throws Exception {
        try (Run run = start("true {proxy}")) {
            assertThat(run.output().await("never", Duration.ofDays(1))).isFalse();
        }
    }

    private static List<String> words(String line) {
        return Command.parse(line).words(TASK);
    }

    private static Run start(String line) throws IOException {
        return Command.parse(line).start(TASK);
    }
}
