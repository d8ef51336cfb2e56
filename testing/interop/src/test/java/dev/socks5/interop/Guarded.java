package dev.socks5.interop;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.socks5.junit.NoDirectConnections;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs code in a guarded test. */
final class Guarded {

    interface Deed {
        void run() throws Throwable;
    }

    private static final AtomicReference<Deed> DEED = new AtomicReference<>();

    private Guarded() {}

    static class Deeds {
        @Test
        @NoDirectConnections
        void deed() {
            try {
                Objects.requireNonNull(DEED.get()).run();
            } catch (Throwable e) {
                // As the code under test might.
            }
        }
    }

    /** Runs a guarded test that does this, whatever it throws, and returns what the guard says, or nothing. */
    static String findings(Deed deed) {
        DEED.set(deed);
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Deeds.class))
                .execute()
                .allEvents()
                .failed()
                .stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .map(TestExecutionResult::getThrowable)
                .flatMap(Optional::stream)
                .map(Throwable::getMessage)
                .findFirst()
                .orElse("");
    }
}
