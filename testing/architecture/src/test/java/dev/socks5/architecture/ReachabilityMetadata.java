package dev.socks5.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a published module tells GraalVM's Native Image of, as names: {@code type}, and {@code type#method(types)} for a
 * method of it or, with {@code <init>}, a constructor.
 *
 * @param elements types and their members
 * @param conditions the types that have to be reached first
 */
record ReachabilityMetadata(Set<String> elements, Set<String> conditions) {

    private static final Path ROOT = Path.of("..", "..");

    /** Gives what is in the module's file, or nothing if it has none. */
    static ReachabilityMetadata of(String folder, String artifact) throws IOException {
        Path file = ROOT.resolve(folder)
                .resolve("src/main/resources/META-INF/native-image/dev.socks5")
                .resolve(artifact)
                .resolve("reachability-metadata.json");
        ReachabilityMetadata metadata = new ReachabilityMetadata(new TreeSet<>(), new TreeSet<>());
        if (Files.exists(file)) {
            Map<String, Object> all = object(Json.parse(Files.readString(file)), Set.of("reflection"));
            array(all.get("reflection")).forEach(metadata::add);
        }
        return metadata;
    }

    private void add(Object entry) {
        Map<String, Object> reflection = object(entry, Set.of("type", "methods", "condition"));
        String type = string(reflection.get("type"));
        elements.add(type);
        if (reflection.containsKey("condition")) {
            conditions.add(string(
                    object(reflection.get("condition"), Set.of("typeReached")).get("typeReached")));
        }
        for (Object method : array(reflection.get("methods"))) {
            Map<String, Object> signature = object(method, Set.of("name", "parameterTypes"));
            List<String> parameters = array(signature.get("parameterTypes")).stream()
                    .map(ReachabilityMetadata::string)
                    .toList();
            elements.add(type + "#" + string(signature.get("name")) + "(" + String.join(", ", parameters) + ")");
        }
    }

    /** Another name, such as one that is spelt wrongly, would go unnoticed in an image. */
    private static Map<String, Object> object(Object value, Set<String> names) {
        if (!(value instanceof Map<?, ?> object) || !names.containsAll(object.keySet())) {
            throw new IllegalArgumentException("not an object of " + names + ": " + value);
        }
        @SuppressWarnings("unchecked") // Made by Json.
        Map<String, Object> checked = (Map<String, Object>) object;
        return checked;
    }

    private static List<?> array(Object value) {
        if (value instanceof List<?> array) {
            return array;
        }
        throw new IllegalArgumentException("not an array: " + value);
    }

    private static String string(Object value) {
        if (value instanceof String string) {
            return string;
        }
        throw new IllegalArgumentException("not a string: " + value);
    }
}
