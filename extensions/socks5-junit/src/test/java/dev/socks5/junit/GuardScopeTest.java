package dev.socks5.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.AssertionFailedError;

/** When the guard is on, and what becomes of what it has seen. */
class GuardScopeTest {

    private static final String NAME = "leak.example.com";
    private static final String FINDING = "* look-up of " + NAME;

    private static void leak() {
        try {
            InetAddress.getByName(NAME);
        } catch (Exception e) {
            // As the code under test might.
        }
    }

    @Test
    void aTestThatDoesNothingPasses() {
        assertThat(Guarded.failure(() -> {})).isEmpty();
    }

    @Test
    void whatEarlierTestsDidIsForgotten() {
        assertThat(Guarded.failure(GuardScopeTest::leak)).isPresent();
        assertThat(Guarded.failure(() -> {})).isEmpty();
    }

    @Test
    void anotherThreadIsSeen() {
        assertThat(Guarded.failure(() -> {
                    Thread thread = new Thread(GuardScopeTest::leak, "someone else");
                    thread.setDaemon(true);
                    thread.start();
                    thread.join();
                }))
                .get()
                .satisfies(failure -> assertThat(failure).hasMessageContaining(FINDING + ", thread \"someone else\""));
    }

    @Test
    void repetitionsAreCounted() {
        assertThat(Guarded.failure(() -> {
                    for (int i = 0; i < 3; i++) {
                        leak();
                    }
                }))
                .get()
                .satisfies(failure ->
                        assertThat(failure).hasMessageContaining(FINDING + ", thread \"main\", 3 times\n    at "));
    }

    @Test
    void aLongListEnds() {
        assertThat(Guarded.swallowing(() -> {
                    for (int i = 0; i < 60; i++) {
                        CompletableFuture.runAsync(GuardScopeTest::leak, task -> {
                                    Thread thread = new Thread(task);
                                    thread.start();
                                })
                                .join();
                    }
                }))
                .get()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("\n* and 10 more\n"));
    }

    @NoDirectConnections
    static class GuardedClass {
        @Test
        void test() {
            leak();
        }
    }

    static class Heir extends GuardedClass {}

    @NoDirectConnections
    static class BeforeAllLeaks {
        @BeforeAll
        static void prepare() {
            leak();
        }

        @Test
        void test() {}
    }

    @NoDirectConnections
    static class BeforeEachLeaks {
        @BeforeEach
        void prepare() {
            leak();
        }

        @Test
        void test() {}
    }

    static class AfterEachLeaks {
        @AfterEach
        void end() {
            leak();
        }

        @Test
        @NoDirectConnections
        void test() {}
    }

    @NoDirectConnections
    static class Outer {
        @Nested
        class Inner {
            @Test
            void test() {
                leak();
            }
        }
    }

    static class OneOfTwo {
        @Test
        void free() {
            leak();
        }

        @Test
        @NoDirectConnections
        void guarded() {}
    }

    @NoDirectConnections(allow = "127.0.0.1")
    static class AllowedOnTheClass {
        @Test
        @NoDirectConnections(allow = "other.test")
        void test() throws IOException {
            try (ServerSocket origin = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                new Socket("127.0.0.1", origin.getLocalPort()).close();
            }
        }
    }

    static class AllowedOnTheParent extends AllowedOnTheClass {}

    @NoDirectConnections
    static class AllowedBeforeAll {
        private static ServerSocket origin;

        @BeforeAll
        static void open() throws IOException {
            origin = new ServerSocket(0, 2, InetAddress.getLoopbackAddress());
            DirectConnections.allow(origin.getLocalSocketAddress());
        }

        @AfterAll
        static void close() throws IOException {
            connect();
            origin.close();
        }

        private static void connect() throws IOException {
            new Socket("127.0.0.1", origin.getLocalPort()).close();
        }

        @Test
        void test() throws IOException {
            connect();
        }
    }

    static class AllowedInOneTest {
        private static ServerSocket origin;

        @BeforeAll
        static void open() throws IOException {
            origin = new ServerSocket(0, 2, InetAddress.getLoopbackAddress());
        }

        @AfterAll
        static void close() throws IOException {
            origin.close();
        }

        @RepeatedTest(2)
        @NoDirectConnections
        void test(RepetitionInfo repetition) {
            if (repetition.getCurrentRepetition() == 1) {
                DirectConnections.allow(origin.getLocalSocketAddress());
            }
            try {
                new Socket("127.0.0.1", origin.getLocalPort()).close();
            } catch (IOException e) {
                // As the code under test might.
            }
        }
    }

    @NoDirectConnections(allow = {"192.0.2.1", "127.0.0.1:*"})
    static class NoPattern {
        @Test
        void test() {}
    }

    @Test
    void itIsOnForMethodsAroundTests() {
        assertFails(GuardedClass.class);
        assertFails(Heir.class);
        assertFails(BeforeAllLeaks.class);
        assertFails(BeforeEachLeaks.class);
        assertFails(AfterEachLeaks.class);
        assertFails(Outer.class);
    }

    @Test
    void itIsOffForOtherMethods() {
        assertThat(Guarded.failure(OneOfTwo.class)).isEmpty();
    }

    @Test
    void aMethodIsAllowedWhatItsClassIs() {
        assertThat(Guarded.failure(AllowedOnTheClass.class)).isEmpty();
        assertThat(Guarded.failure(AllowedOnTheParent.class)).isEmpty();
    }

    @Test
    void whatIsAllowedBeforeAllTestsIsAllowedUntilAfterThem() {
        assertThat(Guarded.failure(AllowedBeforeAll.class)).isEmpty();
    }

    @Test
    void whatATestAllowsIsNotAllowedInTheNext() {
        assertThat(Guarded.failure(AllowedInOneTest.class))
                .get()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("* connection to 127.0.0.1:"));
    }

    @Test
    void aTextThatIsNoPatternFailsTheClass() {
        assertThat(Guarded.failure(NoPattern.class))
                .get()
                .satisfies(failure -> assertThat(failure)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith("@NoDirectConnections(allow = \"127.0.0.1:*\"): "));
    }

    private static void assertFails(Class<?> tests) {
        Optional<Throwable> failure = Guarded.failure(tests);
        assertThat(failure)
                .as(tests.getSimpleName())
                .get()
                .satisfies(thrown -> assertThat(thrown)
                        .isInstanceOf(AssertionFailedError.class)
                        .hasMessageContaining(FINDING));
    }

    /** Otherwise the guarded test would be blamed for what others do, and they would be refused what they may do. */
    @Test
    void noOtherTestRunsAtTheSameTime() {
        Optional<ResourceLock> lock = AnnotationSupport.findAnnotation(GuardedClass.class, ResourceLock.class);
        assertThat(lock).get().satisfies(found -> {
            assertThat(found.value()).isEqualTo(Resources.GLOBAL);
            assertThat(found.mode()).isEqualTo(ResourceAccessMode.READ_WRITE);
        });
    }

    @Test
    void aGuardWithinAnotherIsRefused() {
        assertThat(Guarded.failure(() -> {
                    Optional<Throwable> inner = Guarded.failure(GuardedClass.class);
                    assertThat(inner)
                            .get()
                            .satisfies(
                                    failure -> assertThat(failure).hasMessage("another test is guarded at this time"));
                }))
                .isEmpty();
    }

    @Test
    void withoutAGuardNobodyCanBeAsked() {
        assertThatThrownBy(DirectConnections::requireNone).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> DirectConnections.allow(Guarded.NOWHERE)).isInstanceOf(IllegalStateException.class);
    }
}
