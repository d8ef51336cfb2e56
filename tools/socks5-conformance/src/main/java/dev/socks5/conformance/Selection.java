package dev.socks5.conformance;

import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Level;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that choose cases. Several of one kind are alternatives; different kinds have to hold together. */
final class Selection {

    @Option(
            names = "--only",
            paramLabel = "GLOB",
            split = ",",
            description = "Only cases with such an id, as negotiation/* or */wrong-version.")
    private List<String> globs = List.of();

    @Option(
            names = "--level",
            split = ",",
            paramLabel = "LEVEL",
            converter = LevelConverter.class,
            description = "Only cases of that level: MUST, SHOULD, MAY, robustness or security; repeatable.")
    private List<Level> levels = List.of();

    @Option(names = "--tags", split = ",", paramLabel = "TAG", description = "Only cases with that tag; repeatable.")
    private List<String> tags = List.of();

    <T> List<Case<T>> of(List<Case<T>> cases) {
        return cases.stream().filter(this::selects).toList();
    }

    private boolean selects(Case<?> one) {
        return (globs.isEmpty() || globs.stream().anyMatch(glob -> matches(glob, one.id())))
                && (levels.isEmpty() || levels.contains(one.level()))
                && (tags.isEmpty() || tags.stream().anyMatch(one.tags()::contains));
    }

    /** In a glob, an asterisk stands for any characters, and everything else for itself. */
    private static boolean matches(String glob, String id) {
        String pattern =
                Arrays.stream(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return id.matches(pattern);
    }

    private static final class LevelConverter implements ITypeConverter<Level> {
        @Override
        public Level convert(String text) {
            return Arrays.stream(Level.values())
                    .filter(level -> level.toString().equalsIgnoreCase(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "a level is MUST, SHOULD, MAY, robustness or security, not " + text));
        }
    }
}
