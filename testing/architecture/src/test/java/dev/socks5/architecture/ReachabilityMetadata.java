package dev.socks5.architecture;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a published module tells GraalVM's Native Image of, as names: {@code type}, and {@code type#method(types)} for a
 * method of it or, with {@code <init>}, a constructor.
 *
 * @param elements types and their members
 * @param conditions the types that have to be reached first
 */
record ReachabilityMetadata(Set<String> elements, Set<String> conditions) {

    private static final Path ROOT = Path.of("..", "..");

    /** Refuses what these records lack: a name that is spelt wrongly would go unnoticed in an image. */
    private static final ObjectMapper READER = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private record Content(List<Reflection> reflection) {}

    private record Reflection(@Nullable Condition condition, String type, List<Method> methods) {}

    private record Condition(String typeReached) {}

    private record Method(String name, List<String> parameterTypes) {}

    /** Gives what is in the module's file, or nothing if it has none. */
    static ReachabilityMetadata of(String folder, String artifact) throws IOException {
        Path file = ROOT.resolve(folder)
                .resolve("src/main/resources/META-INF/native-image/dev.socks5")
                .resolve(artifact)
                .resolve("reachability-metadata.json");
        ReachabilityMetadata metadata = new ReachabilityMetadata(new TreeSet<>(), new TreeSet<>());
        if (Files.exists(file)) {
            READER.readValue(file.toFile(), Content.class).reflection().forEach(metadata::add);
        }
        return metadata;
    }

    private void add(Reflection entry) {
        elements.add(entry.type());
        if (entry.condition() != null) {
            conditions.add(entry.condition().typeReached());
        }
        for (Method method : entry.methods()) {
            elements.add(entry.type() + "#" + method.name() + "(" + String.join(", ", method.parameterTypes()) + ")");
        }
    }
}
