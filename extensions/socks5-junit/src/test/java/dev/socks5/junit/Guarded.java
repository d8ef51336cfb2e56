package dev.socks5.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs guarded tests, and tells how they fail. */
final class Guarded {

    interface Deed {
        void run() throws Throwable;
    }

    /** An address that nobody listens at. */
    static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

    private static final AtomicReference<Deed> DEED = new AtomicReference<>();

    private Guarded() {}

    static class Deeds {
        @Test
        @NoDirectConnections
        void deed() throws Throwable {
            Objects.requireNonNull(DEED.get()).run();
        }
    }

    /** Runs a guarded test that does this, and swallows whatever it throws. */
    static Optional<Throwable> swallowing(Deed deed) {
        return failure(() -> {
            try {
                deed.run();
            } catch (Throwable e) {
                // As the code under test might.
            }
        });
    }

    /** Runs a guarded test that does this, and tells how it has failed. */
    static Optional<Throwable> failure(Deed deed) {
        DEED.set(deed);
        return failure(Deeds.class);
    }

    /** Runs all tests of a class, and tells how the first has failed, or else the class. */
    static Optional<Throwable> failure(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute()
                .allEvents()
                .failed()
                .stream()
                .findFirst()
                .flatMap(Guarded::throwable);
    }

    private static Optional<Throwable> throwable(Event event) {
        return event.getRequiredPayload(TestExecutionResult.class).getThrowable();
    }
}
