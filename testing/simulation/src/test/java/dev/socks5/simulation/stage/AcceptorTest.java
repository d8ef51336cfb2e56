package dev.socks5.simulation.stage;

import static dev.socks5.simulation.stage.Stage.assertKept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.simulation.network.Fault;
import dev.socks5.simulation.network.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Accepting where no descriptor is left: it goes on a tenth of a second later, and is told of once. */
class AcceptorTest {

    private static final Duration BACK_OFF = Duration.ofMillis(100);
    private static final Logger LOG = Logger.getLogger("dev.socks5.server");

    private @Nullable Level before;
    private final List<String> warnings = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().equals(Level.WARNING)) {
                warnings.add(line.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        before = LOG.getLevel(); // Other tests have no use for warnings.
        LOG.setLevel(Level.WARNING);
        LOG.addHandler(handler);
        LOG.setUseParentHandlers(false);
    }

    @AfterEach
    void stopListening() {
        LOG.removeHandler(handler);
        LOG.setUseParentHandlers(true);
        LOG.setLevel(before);
    }

    /** However long, and nobody is lost. */
    @ParameterizedTest
    @EnumSource
    void withoutDescriptorsItWaits(Setting setting) {
        try (Stage stage = new Stage(setting).serve()) {
            stage.passes(Duration.ofSeconds(1));
            stage.network.descriptors(stage.network.openSockets());
            List<Program> crowd = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                crowd.add(stage.client()); // They wait in the system.
            }
            long since = stage.world.elapsed();
            stage.passes(Duration.ofSeconds(60));
            assertThat(stage.events.all()).isEmpty();
            assertThat(warnings).containsExactly("cannot accept for now");
            stage.network.descriptors(Integer.MAX_VALUE);
            long accepted = stage.events.at("accepted", 10);
            assertThat(accepted - since)
                    .isLessThan(
                            Duration.ofSeconds(60).plus(BACK_OFF).plusMillis(2).toNanos());
            crowd.forEach(client -> client.says(Stage.GREETING).hears(Stage.ANONYMOUS));
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePauseIsATenthOfASecond(Setting setting) {
        try (Stage stage = new Stage(setting).serve()) {
            stage.faults.with(Fault.NO_DESCRIPTOR, Faults.ALWAYS);
            Program client = stage.client();
            long last = stage.world.elapsed() - Stage.LATENCY; // When it was in the queue.
            for (int i = 1; i < 600; i++) {
                int failures = i;
                assertThat(stage.faults.injected(Fault.NO_DESCRIPTOR)).isEqualTo(failures);
                stage.world.runUntil(() -> stage.faults.injected(Fault.NO_DESCRIPTOR) > failures);
                assertKept(BACK_OFF, last, stage.world.elapsed());
                last = stage.world.elapsed();
            }
            stage.faults.with(Fault.NO_DESCRIPTOR, 0);
            client.says(Stage.GREETING).hears(Stage.ANONYMOUS);
            assertThat(warnings).hasSize(1);
        }
    }

    /** One that got through in between proves nothing: the outage is over once nobody waits any more. */
    @ParameterizedTest
    @EnumSource
    void anOutageIsToldOfOnce(Setting setting) {
        try (Stage stage = new Stage(setting).serve()) {
            int own = stage.network.openSockets();
            stage.network.descriptors(own);
            for (int i = 0; i < 5; i++) {
                stage.client();
            }
            for (int i = 1; i <= 4; i++) {
                stage.network.descriptors(own + i); // Not enough for all.
                stage.passes(Duration.ofSeconds(1));
                assertThat(stage.events.all()).hasSize(i);
            }
            assertThat(warnings).hasSize(1);
            stage.network.descriptors(own + 5);
            stage.passes(Duration.ofSeconds(1));
            assertThat(stage.events.all()).hasSize(5);
            stage.client();
            stage.passes(Duration.ofSeconds(1));
            assertThat(warnings).as("of the next outage").hasSize(2);
        }
    }

    /** Those that are there go on meanwhile. */
    @ParameterizedTest
    @EnumSource
    void thoseThatAreServedGoOn(Setting setting) {
        try (Stage stage = new Stage(setting)) {
            Tunnels.Ends ends = Tunnels.DIRECT.open(stage, server -> server);
            stage.network.descriptors(stage.network.openSockets());
            stage.client();
            for (int i = 0; i < 100; i++) {
                long since = stage.world.elapsed();
                ends.client().says("2e");
                ends.far().hears("2e");
                assertKept(Duration.ofMillis(2), since, ends.far().heardAt());
                stage.passes(Duration.ofMillis(7));
            }
            assertThat(warnings).hasSize(1);
        }
    }
}
