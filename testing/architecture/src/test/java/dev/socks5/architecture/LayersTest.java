package dev.socks5.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The order of the packages, as docs/architecture.md draws it. */
class LayersTest {

    /** A package with more files than this has two subjects. */
    private static final int MOST_FILES = 25;

    static Stream<Layers> modules() {
        return Stream.of(Layers.CLIENT, Layers.SERVER, Layers.KIT);
    }

    static Stream<Arguments> rooms() {
        return modules().flatMap(layers -> layers.names().stream().skip(1).map(name -> Arguments.of(layers, name)));
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void aLowerPackageImportsNoHigherOne(Layers layers, String name) {
        noClasses()
                .that()
                .resideInAPackage(layers.room(name))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(layers.above(name))
                .allowEmptyShould(false)
                .check(Code.ALL);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void noPackagesImportEachOtherInACircle(Layers layers) {
        slices().matching(layers.api() + ".internal.(*)..")
                .should()
                .beFreeOfCycles()
                .check(Code.ALL);
    }

    /** A package that has no place in the order would escape the rules above. */
    @ParameterizedTest
    @MethodSource("modules")
    void everyInternalPackageHasItsPlace(Layers layers) {
        String prefix = layers.api() + ".internal.";
        Set<String> found = new TreeSet<>();
        for (JavaClass type : Code.ALL) {
            if (type.getPackageName().startsWith(layers.api() + ".internal")) {
                found.add(type.getPackageName());
            }
        }
        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(
                        layers.names().stream().map(prefix::concat).toList());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void noPackageIsTooLarge(Layers layers) {
        Map<String, Set<String>> files = new TreeMap<>();
        for (JavaClass type : Code.ALL) {
            if (type.getPackageName().startsWith(layers.api())) {
                files.computeIfAbsent(type.getPackageName(), name -> new TreeSet<>())
                        .add(file(type));
            }
        }
        assertThat(files)
                .hasSizeGreaterThan(1)
                .allSatisfy((name, names) -> assertThat(names).as(name).hasSizeLessThanOrEqualTo(MOST_FILES));
    }

    private static String file(JavaClass type) {
        return type.getSource()
                .flatMap(source -> source.getFileName())
                .orElseThrow(() -> new AssertionError(type + " has no file"));
    }

    /** All other types of the API are values and interfaces, which stand on their own. */
    @ParameterizedTest
    @MethodSource("modules")
    void onlyEntryPointsAndFactoriesUseInternals(Layers layers) {
        Set<String> users = new TreeSet<>();
        for (JavaClass type : Code.ALL) {
            boolean usesInternals = type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(use -> use.getTargetClass().getPackageName().startsWith(layers.api() + ".internal"));
            if (layers.isApi(type.getPackageName()) && usesInternals) {
                users.add(Code.outermost(type).getSimpleName());
            }
        }
        assertThat(users).isEqualTo(new TreeSet<>(layers.entries()));
    }

    /** Users of the exported package never get to see an internal type. */
    @ParameterizedTest
    @MethodSource("modules")
    void noSignatureOfTheApiNamesAnInternalType(Layers layers) {
        Set<String> leaks = new TreeSet<>();
        for (JavaClass type : Code.ALL) {
            if (layers.isApi(type.getPackageName()) && type.getModifiers().contains(JavaModifier.PUBLIC)) {
                type.getCodeUnits().stream()
                        .filter(unit -> unit.getModifiers().contains(JavaModifier.PUBLIC)
                                || unit.getModifiers().contains(JavaModifier.PROTECTED))
                        .filter(unit -> !unit.getModifiers().contains(JavaModifier.SYNTHETIC))
                        .filter(unit -> unit.getAllInvolvedRawTypes().stream()
                                .anyMatch(raw -> raw.getPackageName().startsWith(layers.api() + ".internal")))
                        .forEach(unit -> leaks.add(unit.getFullName()));
            }
        }
        assertThat(leaks).isEmpty();
    }
}
