package dev.socks5.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** What a reader sees first of a guarded test that has failed by itself as well. */
class GuardedFailureTest {

    private static final String FINDING = "* look-up of leak.example.com";

    private static void leak() {
        try {
            InetAddress.getByName("leak.example.com");
        } catch (IOException e) {
            // As the JDK's HttpClient does, which throws another one.
        }
    }

    private static AbstractThrowableAssert<?, ?> assertFailure(Guarded.Deed deed) {
        return assertThat(Guarded.failure(deed).orElseThrow());
    }

    static Stream<Throwable> failuresOfRefusedCode() {
        IOException ofIo = new ConnectException();
        return Stream.of(
                ofIo,
                new UncheckedIOException(ofIo),
                new CompletionException(ofIo),
                new IllegalStateException(new CompletionException(ofIo)));
    }

    /** The JDK's HttpClient throws a ConnectException without a message, and a summary shows nothing else. */
    @ParameterizedTest
    @MethodSource("failuresOfRefusedCode")
    void theFindingComesBeforeAFailureOfInputOrOutput(Throwable own) {
        assertFailure(() -> {
                    leak();
                    throw own;
                })
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageContaining(FINDING)
                .satisfies(failure -> assertThat(failure.getSuppressed()).containsExactly(own));
    }

    @Test
    void withoutAFindingSuchAFailureStaysAsItIs() {
        IOException own = new IOException("its own");
        assertFailure(() -> {
                    throw own;
                })
                .isSameAs(own)
                .hasNoSuppressedExceptions();
    }

    static Stream<Throwable> otherFailures() {
        return Stream.of(
                new AssertionFailedError("its own"),
                new AssertionError("its own", new IOException()),
                new IllegalStateException("its own"));
    }

    @ParameterizedTest
    @MethodSource("otherFailures")
    void otherFailuresComeFirst(Throwable own) {
        assertFailure(() -> {
                    leak();
                    throw own;
                })
                .isSameAs(own)
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .singleElement()
                        .satisfies(suppressed -> assertThat(suppressed)
                                .isInstanceOf(AssertionFailedError.class)
                                .hasMessageContaining(FINDING)));
    }

    @Test
    void anAbortedTestFails() {
        assertFailure(() -> {
                    leak();
                    Assumptions.abort("not here");
                })
                .isInstanceOf(AssertionFailedError.class)
                .hasSuppressedException(new TestAbortedException("not here"));
    }

    @Test
    void aCircleOfCausesEnds() {
        IllegalStateException own = new IllegalStateException("its own");
        own.initCause(new IllegalArgumentException(own));
        assertFailure(() -> {
                    leak();
                    throw own;
                })
                .isSameAs(own);
    }

    /** The names of the methods that leak and fail, in turn. */
    private static String failing = "";

    private static void failIn(String method) throws IOException {
        if (failing.equals(method)) {
            leak();
            throw new ConnectException();
        }
    }

    @NoDirectConnections
    static class Failing {
        @BeforeAll
        static void beforeAll() throws IOException {
            failIn("beforeAll");
        }

        @AfterAll
        static void afterAll() throws IOException {
            failIn("afterAll");
        }

        @BeforeEach
        void beforeEach() throws IOException {
            failIn("beforeEach");
        }

        @AfterEach
        void afterEach() throws IOException {
            failIn("afterEach");
        }

        @Test
        void test() throws IOException {
            failIn("test");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"beforeAll", "beforeEach", "test", "afterEach", "afterAll"})
    void theFindingComesFirstAroundTestsToo(String method) {
        failing = method;
        assertThat(Guarded.failure(Failing.class))
                .get()
                .satisfies(failure -> assertThat(failure)
                        .hasMessageContaining(FINDING)
                        .satisfies(finding -> assertThat(finding.getSuppressed())
                                .singleElement()
                                .isInstanceOf(ConnectException.class)));
    }

    @Test
    void aFindingIsNotSaidTwice() {
        assertFailure(() -> {
                    leak();
                    DirectConnections.requireNone();
                })
                .hasMessageContaining(FINDING)
                .hasNoSuppressedExceptions();
        assertFailure(() -> {
                    leak();
                    try {
                        DirectConnections.requireNone();
                    } catch (AssertionError e) {
                        throw new IllegalStateException(new CompletionException(e));
                    }
                })
                .satisfies(failure -> assertThat(failure.getSuppressed()).isEmpty());
    }

    @Test
    void whatIsNewIsSaid() {
        assertFailure(() -> {
                    leak();
                    try {
                        DirectConnections.requireNone();
                    } finally {
                        leak();
                    }
                })
                .hasMessageContaining(FINDING)
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .singleElement()
                        .satisfies(suppressed -> assertThat(suppressed).hasMessageContaining("\n" + FINDING)));
    }

    @Test
    void theGuardCanBeAskedAtOnce() {
        assertFailure(() -> {
                    DirectConnections.requireNone();
                    leak();
                    assertThatThrownBy(DirectConnections::requireNone)
                            .isInstanceOf(AssertionFailedError.class)
                            .hasMessageContaining(FINDING);
                })
                .hasMessageContaining(FINDING);
    }
}
