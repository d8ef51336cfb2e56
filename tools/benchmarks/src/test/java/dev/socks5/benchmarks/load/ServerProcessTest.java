package dev.socks5.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What {@code /proc} says about processes of this test's own. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class ServerProcessTest {

    private static final String COUNT = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";

    private final List<Process> started = new ArrayList<>();

    private Process start(String script) throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", script).start();
        started.add(shell);
        return shell;
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process shell : started) {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly().waitFor();
        }
    }

    private static void untilItHasUsed(ServerProcess process, Duration cpu) throws Exception {
        while (process.cpu().compareTo(cpu) < 0) {
            Thread.sleep(10);
        }
    }

    @Test
    void cpuTimeGrows() throws Exception {
        ServerProcess process = new ServerProcess(start("while :; do :; done").pid());
        untilItHasUsed(process, Duration.ofMillis(100));
        assertThat(process.cpu()).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void theCpuTimeOfChildrenCounts() throws Exception {
        Process shell = start("(while :; do :; done) & read line");
        untilItHasUsed(new ServerProcess(shell.pid()), Duration.ofMillis(100));
        assertThat(shell.children()).hasSize(1);
    }

    @Test
    void theCpuTimeOfChildrenThatHaveEndedCounts() throws Exception {
        Process shell = start("(" + COUNT + "); echo; read line");
        assertThat(shell.getInputStream().read()).isEqualTo('\n');
        assertThat(shell.descendants()).isEmpty();
        assertThat(new ServerProcess(shell.pid()).cpu()).isPositive();
    }

    @Test
    void memoryIsThatOfAllProcesses() throws Exception {
        Process shell = start("sleep 60 & sleep 60 & echo; read line");
        assertThat(shell.getInputStream().read()).isEqualTo('\n');
        ProcessHandle child = shell.children().findFirst().orElseThrow();
        long one = new ServerProcess(child.pid()).residentOctets();
        ServerProcess all = new ServerProcess(shell.pid());
        assertThat(one).isPositive();
        assertThat(all.residentOctets()).isGreaterThan(one);
        assertThat(all.proportionalOctets()).isPositive().isLessThan(all.residentOctets());
    }

    @Test
    void whatHasEndedIsNotMeasured() throws Exception {
        ServerProcess process = new ServerProcess(start("read line").pid());
        stop();
        assertThatExceptionOfType(IOException.class).isThrownBy(process::cpu);
        assertThatExceptionOfType(IOException.class).isThrownBy(process::residentOctets);
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerProcess(process.pid()));
    }
}
