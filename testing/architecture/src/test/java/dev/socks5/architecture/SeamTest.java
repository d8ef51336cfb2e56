package dev.socks5.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Sockets, time and waiting belong into {@code internal.net} of the server. What is left above it is listed here by
 * class: the list may only become shorter.
 */
class SeamTest {

    private static final String NET = "dev.socks5.server.internal.net";

    private static final Set<String> CHANNELS_ABOVE_NET = Set.of();

    private static final Set<String> CLOCKS_ABOVE_NET =
            Set.of("AssociationClient", "CachingResolver", "ConnectionLimits", "Socks5Server", "Ticket", "UserLimits");

    @Test
    void noSelectorAndNoSelectableChannelAboveNet() {
        assertThat(above(SeamTest::usesChannels)).isEqualTo(new TreeSet<>(CHANNELS_ABOVE_NET));
    }

    @Test
    void noClockAboveNet() {
        assertThat(above(SeamTest::readsClock)).isEqualTo(new TreeSet<>(CLOCKS_ABOVE_NET));
    }

    private static Set<String> above(Predicate<JavaClass> rule) {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : Code.ALL) {
            if (type.getPackageName().startsWith("dev.socks5.server")
                    && !type.getPackageName().equals(NET)
                    && rule.test(type)) {
                found.add(Code.outermost(type).getSimpleName());
            }
        }
        return found;
    }

    private static boolean usesChannels(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .map(dependency -> dependency.getTargetClass().getFullName())
                .anyMatch(name -> name.equals("java.nio.channels.Selector")
                        || name.equals("java.nio.channels.SelectionKey")
                        || name.equals("java.nio.channels.SelectableChannel")
                        || name.equals("java.nio.channels.SocketChannel")
                        || name.equals("java.nio.channels.ServerSocketChannel")
                        || name.equals("java.nio.channels.DatagramChannel"));
    }

    private static boolean readsClock(JavaClass type) {
        return Stream.concat(type.getMethodCallsFromSelf().stream(), type.getMethodReferencesFromSelf().stream())
                .anyMatch(use -> use.getTargetOwner().isEquivalentTo(System.class)
                        && (use.getName().equals("nanoTime") || use.getName().equals("currentTimeMillis")));
    }
}
