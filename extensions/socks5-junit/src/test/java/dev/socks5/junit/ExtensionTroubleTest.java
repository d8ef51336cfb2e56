package dev.socks5.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.ReplyCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.opentest4j.TestAbortedException;

/** What becomes of a proxy if something goes wrong around a test. */
@Timeout(60)
class ExtensionTroubleTest {

    private static final Set<InetSocketAddress> SEEN = ConcurrentHashMap.newKeySet();

    private static EngineExecutionResults run(Class<?>... classes) {
        SEEN.clear();
        EngineExecutionResults results = TestClasses.run(classes);
        assertThat(SEEN).noneMatch(RunningProxies::contains);
        return results;
    }

    /** Keeps one class and one test from beginning, so that the extensions behind it have no turn. */
    private static final class Spoiler implements BeforeAllCallback, BeforeEachCallback {

        @Override
        public void beforeAll(ExtensionContext context) {
            if (context.getDisplayName().equals("Inner")) {
                throw new IllegalStateException("spoilt");
            }
        }

        @Override
        public void beforeEach(ExtensionContext context) {
            if (context.getDisplayName().equals("aborts()")) {
                throw new TestAbortedException("spoilt");
            }
        }
    }

    /** JUnit calls the ends of all extensions, also of those whose begin it has not called. */
    @TestMethodOrder(MethodOrderer.MethodName.class)
    static class Spoilt {
        @RegisterExtension
        @Order(1)
        static final Spoiler SPOILER = new Spoiler();

        @RegisterExtension
        @Order(2)
        static final Socks5ProxyExtension PROXY = Socks5ProxyExtension.create();

        @BeforeAll
        static void tellAName() {
            PROXY.resolve("told.test", InetAddress.getLoopbackAddress());
            SEEN.add(PROXY.address());
        }

        @Test
        void aborts() {
            throw new AssertionError("not reached");
        }

        @Test
        void isServed() throws IOException {
            try (Echo echo = new Echo()) {
                PROXY.client().connect("told.test", echo.port()).close();
            }
            SEEN.add(PROXY.address());
        }
    }

    @Test
    void aTestThatNeverBeganLeavesTheProxyAsItIs() {
        run(Spoilt.class)
                .testEvents()
                .assertStatistics(tests -> tests.aborted(1).succeeded(1).failed(0));
        assertThat(SEEN).hasSize(1);
    }

    @TestMethodOrder(MethodOrderer.MethodName.class)
    @TestClassOrder(ClassOrderer.ClassName.class)
    static class SpoiltNested {
        @RegisterExtension
        @Order(1)
        static final Spoiler SPOILER = new Spoiler();

        @RegisterExtension
        @Order(2)
        static final Socks5ProxyExtension PROXY = Socks5ProxyExtension.create();

        @BeforeAll
        static void tellAName() {
            PROXY.resolve("told.test", InetAddress.getLoopbackAddress());
            SEEN.add(PROXY.address());
        }

        @Nested
        class Inner {
            @Test
            void isNeverReached() {
                throw new AssertionError("not reached");
            }
        }

        @Nested
        class Later {
            @Test
            void isServed() throws IOException {
                try (Echo echo = new Echo()) {
                    PROXY.client().connect("told.test", echo.port()).close();
                }
                SEEN.add(PROXY.address());
            }
        }
    }

    @Test
    void aNestedClassThatNeverBeganLeavesTheProxyAsItIs() {
        EngineExecutionResults results = run(SpoiltNested.class);
        results.testEvents().assertStatistics(tests -> tests.succeeded(1).failed(0));
        results.containerEvents().assertStatistics(containers -> containers.failed(1));
        assertThat(SEEN).hasSize(1);
    }

    @Execution(ExecutionMode.CONCURRENT)
    static class AtTheSameTime {
        static final CountDownLatch BOTH = new CountDownLatch(2);
        static final CountDownLatch OTHER_FAILED = new CountDownLatch(1);

        /** Comes after the end of the proxy's own extension. */
        @RegisterExtension
        @Order(0)
        static final AfterEachCallback LAST = context -> OTHER_FAILED.countDown();

        @RegisterExtension
        @Order(1)
        static final BeforeEachCallback MEETING = context -> {
            BOTH.countDown();
            assertThat(BOTH.await(20, TimeUnit.SECONDS)).isTrue();
        };

        @RegisterExtension
        @Order(2)
        static final Socks5ProxyExtension PROXY = Socks5ProxyExtension.create();

        @BeforeAll
        static void isThere() {
            SEEN.add(PROXY.address());
        }

        private static void use() throws InterruptedException {
            PROXY.next(Fault.reply(ReplyCode.TTL_EXPIRED));
            assertThat(OTHER_FAILED.await(20, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> PROXY.client().connect("a.test", 80)).isInstanceOf(IOException.class);
            PROXY.requireProxied("a.test", 80);
        }

        @Test
        void one() throws InterruptedException {
            use();
        }

        @Test
        void two() throws InterruptedException {
            use();
        }
    }

    @Test
    void theSecondOfTwoTestsAtTheSameTimeFailsAndTheFirstGoesOn() {
        EngineExecutionResults results = run(AtTheSameTime.class);
        results.testEvents().assertStatistics(tests -> tests.succeeded(1).failed(1));
        assertThat(TestClasses.failures(results))
                .singleElement(InstanceOfAssertFactories.STRING)
                .contains("one()", "two()", "use one proxy at the same time", "not static");
    }

    static class Forgetful {
        @RegisterExtension
        final Socks5ProxyExtension proxy = Socks5ProxyExtension.create();

        @BeforeEach
        void plan() {
            proxy.next(Fault.cutAfter(1));
        }

        @Test
        void one() {
            SEEN.add(proxy.address());
        }

        @Test
        void failsByItself() {
            throw new IllegalStateException("by itself");
        }
    }

    @Test
    void aFaultThatDidNotHappenFailsTheTest() {
        EngineExecutionResults results = run(Forgetful.class);
        results.testEvents().assertStatistics(tests -> tests.failed(2));
        assertThat(TestClasses.failures(results))
                .anyMatch(message -> message.contains("no connection has met: [cutAfter(1)]"))
                .contains("by itself");
    }

    static class TooEarly {
        @RegisterExtension
        final Socks5ProxyExtension proxy = Socks5ProxyExtension.create();

        final InetSocketAddress address = proxy.address();

        @Test
        void isNeverReached() {}
    }

    static class Forgotten {
        final Socks5ProxyExtension proxy = Socks5ProxyExtension.create();

        @Test
        void uses() {
            proxy.address();
        }
    }

    @Test
    void aProxyThatDoesNotRunSaysWhenItWould() {
        assertThat(TestClasses.failures(run(TooEarly.class, Forgotten.class)))
                .hasSize(2)
                .allSatisfy(message -> assertThat(message)
                        .contains("the proxy is not running", "@RegisterExtension", "@BeforeEach", "initialisers"));
    }
}
