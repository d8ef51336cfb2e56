package dev.socks5.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.security.Principal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What codec, client and server may use of each other and of the JDK. */
class CoreTest {

    @Test
    void theCodecIsPure() {
        classes()
                .that()
                .resideInAPackage("dev.socks5.codec..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "dev.socks5.codec",
                                "java.lang..",
                                "java.util",
                                "java.util.function",
                                "java.util.regex",
                                "java.util.stream",
                                "java.nio",
                                "java.nio.charset",
                                "java.net",
                                "java.io",
                                "org.jspecify..")
                        .or(type(Principal.class)))
                .check(Code.ALL);
        noClasses()
                .that()
                .resideInAPackage("dev.socks5.codec..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(
                        java.net.Socket.class,
                        java.net.ServerSocket.class,
                        java.net.DatagramSocket.class,
                        java.io.InputStream.class,
                        java.io.OutputStream.class,
                        Thread.class,
                        System.Logger.class)
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(Code.ALL);
    }

    @Test
    void clientAndServerDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage("dev.socks5.client..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.socks5.server..")
                .check(Code.ALL);
        noClasses()
                .that()
                .resideInAPackage("dev.socks5.server..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.socks5.client..")
                .check(Code.ALL);
    }

    @Test
    void theCoreKnowsNoExtension() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.socks5.codec..", "dev.socks5.client..", "dev.socks5.server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.socks5.gssapi..",
                        "dev.socks5.bridge..",
                        "dev.socks5.junit..",
                        "dev.socks5.micrometer..",
                        "dev.socks5.proxy..")
                .check(Code.ALL);
    }

    /** The module may be missing at run time: no other class may name one that cannot be loaded then. */
    @Test
    void onlyTheListenerOfTheRecorderNeedsIt() {
        List<String> rooms = List.of("dev.socks5.client.internal.report.", "dev.socks5.server.internal.report.");
        String[] listeners = rooms.stream()
                .flatMap(room -> Stream.of(room + "FlightLog", room + "FlightEvent"))
                .toArray(String[]::new);
        String[] gates = rooms.stream().map(room -> room + "JavaFlightRecorder").toArray(String[]::new);
        noClasses()
                .that(belongTo(listeners).or(belongTo(gates)).negate())
                .should()
                .dependOnClassesThat(resideInAnyPackage("jdk.jfr..").or(belongTo(listeners)))
                .check(Code.ALL);
    }

    private static DescribedPredicate<JavaClass> belongTo(String... outermost) {
        return DescribedPredicate.describe(
                "belong to " + List.of(outermost),
                type -> List.of(outermost).contains(Code.outermost(type).getFullName()));
    }

    /** If one needs an internal, then the API lacks something. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.socks5.gssapi",
                "dev.socks5.bridge",
                "dev.socks5.junit",
                "dev.socks5.micrometer",
                "dev.socks5.proxy"
            })
    void extensionsAndToolsUseNoInternals(String extension) {
        noClasses()
                .that()
                .resideInAPackage(extension + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Layers.CLIENT.internals(), Layers.SERVER.internals())
                .check(Code.ALL);
    }
}
