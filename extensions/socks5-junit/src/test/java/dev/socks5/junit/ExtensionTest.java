package dev.socks5.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.ReplyCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;

/** Runs test classes that have the extension. */
@Timeout(60)
class ExtensionTest {

    private static final Set<InetSocketAddress> SEEN = ConcurrentHashMap.newKeySet();

    private static EngineExecutionResults run(Class<?>... classes) {
        SEEN.clear();
        EngineExecutionResults results = TestClasses.run(classes);
        assertThat(SEEN).noneMatch(RunningProxies::contains);
        return results;
    }

    private static void refuse(Socks5ProxyExtension proxy) {
        SEEN.add(proxy.address());
        assertThat(proxy.requests()).isEmpty();
        proxy.next(Fault.reply(ReplyCode.TTL_EXPIRED));
        assertThatThrownBy(() -> proxy.client().connect("a.test", 80)).isInstanceOf(IOException.class);
        assertThat(proxy.requireProxied("a.test", 80).reply()).isEqualTo(ReplyCode.TTL_EXPIRED);
    }

    static class Shared {
        @RegisterExtension
        static final Socks5ProxyExtension PROXY = Socks5ProxyExtension.create();

        @BeforeAll
        static void isThere() {
            SEEN.add(PROXY.address());
            PROXY.always(Fault.cutAfter(0)); // Forgotten before the first test.
        }

        @Test
        void one() {
            refuse(PROXY);
        }

        @Test
        void two() {
            refuse(PROXY);
        }

        @Nested
        class Inner {
            @Test
            void three() {
                refuse(PROXY);
            }

            @Nested
            class Innermost {
                @Test
                void four() {
                    refuse(PROXY);
                }
            }
        }

        @AfterAll
        static void isStillThere() {
            assertThat(RunningProxies.contains(PROXY.address())).isTrue();
        }
    }

    @Test
    void aStaticFieldIsOneForTheClassAndWhatIsNestedInIt() {
        run(Shared.class)
                .testEvents()
                .assertStatistics(tests -> tests.succeeded(4).failed(0));
        assertThat(SEEN).hasSize(1);
        assertThatThrownBy(Shared.PROXY::address).isInstanceOf(IllegalStateException.class);
        run(Shared.class)
                .testEvents()
                .assertStatistics(tests -> tests.succeeded(4).failed(0));
    }

    @Execution(ExecutionMode.CONCURRENT)
    static class Own {
        @RegisterExtension
        final Socks5ProxyExtension proxy = Socks5ProxyExtension.create();

        @RepeatedTest(8)
        void one() {
            refuse(proxy);
        }

        @Nested
        class Inner {
            @Test
            void two() {
                refuse(proxy);
            }
        }
    }

    @Test
    void anotherFieldIsOneForEachTestAlsoAtTheSameTime() {
        run(Own.class).testEvents().assertStatistics(tests -> tests.succeeded(9).failed(0));
        assertThat(SEEN).hasSize(9);
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class OneInstance {
        @RegisterExtension
        final Socks5ProxyExtension proxy = Socks5ProxyExtension.create();

        @BeforeAll
        void isThere() {
            SEEN.add(proxy.address());
        }

        @Test
        void one() {
            refuse(proxy);
        }

        @Test
        void two() {
            refuse(proxy);
        }
    }

    @Test
    void theFieldOfAnInstanceForAllTestsIsOneForAll() {
        run(OneInstance.class)
                .testEvents()
                .assertStatistics(tests -> tests.succeeded(2).failed(0));
        assertThat(SEEN).hasSize(1);
    }

    static class Base {
        @RegisterExtension
        static final Socks5ProxyExtension PROXY = Socks5ProxyExtension.create();

        @Test
        void one() {
            SEEN.add(PROXY.address());
        }
    }

    static class Left extends Base {}

    static class Right extends Base {
        /** Here the field is registered a second time. */
        @Nested
        class Inner extends Base {}
    }

    @Test
    void classesCanInheritOne() {
        run(Left.class, Right.class)
                .testEvents()
                .assertStatistics(tests -> tests.succeeded(3).failed(0));
        assertThat(SEEN).hasSize(2);
    }

    /** Tests of each kind that JUnit runs one in the other, or one after the other. */
    static class OfEachKind {
        @RegisterExtension
        static final Socks5ProxyExtension PROXY = Socks5ProxyExtension.create();

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void parameterized(int ignored) {
            refuse(PROXY);
        }

        @TestFactory
        Stream<DynamicTest> dynamic() {
            return Stream.of("a.test", "b.test")
                    .map(name -> DynamicTest.dynamicTest(
                            name,
                            () -> assertThatThrownBy(() -> PROXY.client().connect(name, 80))
                                    .isInstanceOf(IOException.class)));
        }

        @Nested
        class Inner {
            @RepeatedTest(2)
            void repeated() {
                refuse(PROXY);
            }
        }
    }

    @Test
    void testsOfEachKindFollowOneAnother() {
        run(OfEachKind.class)
                .testEvents()
                .assertStatistics(tests -> tests.succeeded(6).failed(0));
        assertThat(SEEN).hasSize(1);
    }
}
