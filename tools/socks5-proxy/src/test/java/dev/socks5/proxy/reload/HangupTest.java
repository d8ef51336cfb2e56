package dev.socks5.proxy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With types of the same shape as Java's; the real ones are tested with a process by RunnableServerIT. */
class HangupTest {

    private static final AtomicReference<FakeSignal> SIGNAL = new AtomicReference<>();
    private static final AtomicReference<FakeSignalHandler> HANDLER = new AtomicReference<>();

    /** Like sun.misc.Signal. */
    public record FakeSignal(String name) {

        /** Found by its name. */
        public static FakeSignalHandler handle(FakeSignal signal, FakeSignalHandler handler) {
            SIGNAL.set(signal);
            FakeSignalHandler before = HANDLER.getAndSet(handler);
            return handler.equals(before) ? null : before;
        }
    }

    /** Like sun.misc.SignalHandler. */
    public interface FakeSignalHandler {
        void handle(FakeSignal signal);
    }

    /** Like it where the JVM needs the signal for itself. */
    public record RefusingSignal(String name) {

        /** Found by its name. */
        @SuppressWarnings("DoNotCallSuggester") // It is called by its name.
        public static RefusingSignalHandler handle(RefusingSignal signal, RefusingSignalHandler handler) {
            throw new IllegalArgumentException("Signal already used by VM or OS: " + signal + handler);
        }
    }

    /** Like sun.misc.SignalHandler. */
    public interface RefusingSignalHandler {
        void handle(RefusingSignal signal);
    }

    @Test
    void eachSignalIsHeard() {
        int[] heard = new int[1];
        assertThat(Hangup.onSignal(FakeSignal.class.getName(), () -> heard[0]++))
                .isTrue();
        assertThat(SIGNAL.get().name()).isEqualTo("HUP");
        HANDLER.get().handle(SIGNAL.get());
        HANDLER.get().handle(SIGNAL.get());
        assertThat(heard).containsExactly(2);
        assertThat(HANDLER.get().toString()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no.such.Signal", "java.lang.String"})
    void withoutItAllElseGoesOn(String type) {
        assertThat(Hangup.onSignal(type, () -> {})).isFalse();
    }

    @Test
    void whereTheJvmNeedsItAllElseGoesOn() {
        assertThat(Hangup.onSignal(RefusingSignal.class.getName(), () -> {})).isFalse();
    }
}
