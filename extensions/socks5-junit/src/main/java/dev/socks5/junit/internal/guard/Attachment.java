package dev.socks5.junit.internal.guard;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.instrument.Instrumentation;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.jspecify.annotations.Nullable;

/** Gets the means to change classes: from the agent of the JVM's start, or from one that it attaches to itself. */
final class Attachment {

    /** Options with which attaching fails, and takes ten seconds for it. */
    private static final Map<String, String> FORBIDDING =
            Map.of("EnableDynamicAgentLoading", "false", "DisableAttachMechanism", "true");

    private Attachment() {}

    /**
     * Returns the means.
     *
     * @throws IllegalStateException if this JVM has no agent and does not let one attach itself
     */
    static Instrumentation instrumentation() {
        try {
            Class<?> agent = Class.forName(GuardAgent.class.getName(), true, ClassLoader.getSystemClassLoader());
            Object given = agent.getField("instrumentation").get(null);
            return given != null ? (Instrumentation) given : attached();
        } catch (ReflectiveOperationException | IllegalStateException | LinkageError e) {
            CodeSource source = GuardAgent.class.getProtectionDomain().getCodeSource();
            throw new IllegalStateException(
                    "@NoDirectConnections needs an agent, and this JVM lets none attach to itself. Start it with "
                            + option(source == null ? null : source.getLocation()),
                    e);
        }
    }

    private static Instrumentation attached() {
        try {
            return ByteBuddyAgent.getInstrumentation();
        } catch (IllegalStateException e) { // Nobody has attached it so far.
            forbiddenBy(Attachment::valueOf).ifPresent(option -> {
                throw new IllegalStateException("the JVM was started with " + option);
            });
            return ByteBuddyAgent.install();
        }
    }

    /** Returns the option that forbids it, if one of those is set that are known to do so. */
    static Optional<String> forbiddenBy(Function<String, @Nullable String> values) {
        return FORBIDDING.entrySet().stream()
                .filter(option -> option.getValue().equals(values.apply(option.getKey())))
                .map(option -> (Boolean.parseBoolean(option.getValue()) ? "-XX:+" : "-XX:-") + option.getKey())
                .findFirst();
    }

    private static @Nullable String valueOf(String option) {
        try {
            return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption(option)
                    .getValue();
        } catch (RuntimeException | LinkageError e) { // Another kind of JVM. Attaching will show it.
            return null;
        }
    }

    /** Returns what the JVM has to be started with, with the jar's own path where the classes come from a jar. */
    static String option(@Nullable URL location) {
        try {
            if (location != null) {
                Path jar = Path.of(location.toURI());
                if (Files.isRegularFile(jar)) {
                    return "-javaagent:" + jar;
                }
            }
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            // A class loader with locations of its own.
        }
        return "-javaagent: and the path of the jar of socks5-junit";
    }
}
