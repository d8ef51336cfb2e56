package dev.socks5.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Sockets, time, threads and waiting for any of them belong into {@code internal.net} of the server, behind its
 * {@code Network}: so that all of the server can run on a simulated one.
 */
class SeamTest {

    private static final String NET = "dev.socks5.server.internal.net";

    /** What embedders supply: it is made elsewhere, and goes to {@code net} as it is. */
    private static final String SUPPLIED = "dev.socks5.server.transport";

    /** Types that wait for the system, or are part of it. */
    private static final Set<String> OF_THE_SYSTEM = Set.of(
            "java.nio.channels.Selector",
            "java.nio.channels.SelectionKey",
            "java.nio.channels.SelectableChannel",
            "java.nio.channels.SocketChannel",
            "java.nio.channels.ServerSocketChannel",
            "java.nio.channels.DatagramChannel",
            "java.net.NetworkInterface",
            "java.net.Socket",
            "java.net.ServerSocket",
            "java.net.DatagramSocket",
            "java.util.concurrent.Executors",
            "java.util.concurrent.ThreadPoolExecutor",
            "java.util.concurrent.ThreadLocalRandom",
            "java.util.concurrent.locks.LockSupport");

    /** One class is given a socket by embedders, and hands it down. */
    @Test
    void nothingOfTheSystemAboveNet() {
        assertThat(above(type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(use ->
                                OF_THE_SYSTEM.contains(use.getTargetClass().getFullName()))))
                .containsExactly("Socks5ServerBuilder");
    }

    @Test
    void noClockAboveNet() {
        assertThat(above(type -> calls(type, System.class, Set.of("nanoTime", "currentTimeMillis"))))
                .isEmpty();
    }

    @Test
    void noThreadIsMadeOrStoppedAboveNet() {
        assertThat(above(type -> calls(type, Thread.class, Set.of("start", "sleep", "join", "yield", "onSpinWait"))
                        || calls(type, Object.class, Set.of("wait"))
                        || calls(type, TimeUnit.class, Set.of("sleep", "timedWait", "timedJoin"))))
                .isEmpty();
    }

    /** In the seam itself, one class alone asks the system. */
    @Test
    void oneClassReadsTheClock() {
        assertThat(Code.ALL.stream()
                        .filter(type -> type.getPackageName().equals(NET))
                        .filter(type -> calls(type, System.class, Set.of("nanoTime", "currentTimeMillis")))
                        .map(JavaClass::getSimpleName))
                .containsExactly("SystemNetwork");
    }

    /** In the seam itself, one class alone names the maker of channels. */
    @Test
    void channelsAreMadeByTheNetwork() {
        assertThat(Code.ALL.stream()
                        .filter(type -> type.getPackageName().equals(NET))
                        .filter(type -> calls(type, SocketChannel.class, Set.of("open"))
                                || calls(type, ServerSocketChannel.class, Set.of("open"))
                                || calls(type, DatagramChannel.class, Set.of("open"))
                                || calls(type, Selector.class, Set.of("open"))
                                || calls(type, SelectorProvider.class, Set.of("provider")))
                        .map(JavaClass::getSimpleName))
                .containsExactly("SystemNetwork");
    }

    /** The client's loop has a seam of its own, for {@code connectAsync}. */
    @Test
    void oneClassOfTheClientsLoopAsksTheSystem() {
        assertThat(Code.ALL.stream()
                        .filter(type -> type.getPackageName().equals("dev.socks5.client.internal.async")
                                || type.getSimpleName().equals("StaggeredDial"))
                        .filter(type -> calls(type, System.class, Set.of("nanoTime", "currentTimeMillis"))
                                || calls(type, Thread.class, Set.of("start", "sleep", "join", "yield", "onSpinWait"))
                                || calls(type, SocketChannel.class, Set.of("open"))
                                || calls(type, Selector.class, Set.of("open"))
                                || calls(type, SelectorProvider.class, Set.of("provider")))
                        .map(JavaClass::getSimpleName))
                .containsExactly("SystemNetwork");
    }

    private static Set<String> above(Predicate<JavaClass> rule) {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : Code.ALL) {
            if (type.getPackageName().startsWith("dev.socks5.server")
                    && !type.getPackageName().equals(NET)
                    && !type.getPackageName().equals(SUPPLIED)
                    && rule.test(type)) {
                found.add(Code.outermost(type).getSimpleName());
            }
        }
        return found;
    }

    private static boolean calls(JavaClass type, Class<?> owner, Set<String> names) {
        return Stream.concat(type.getMethodCallsFromSelf().stream(), type.getMethodReferencesFromSelf().stream())
                .anyMatch(use -> use.getTargetOwner().isEquivalentTo(owner) && names.contains(use.getName()));
    }
}
