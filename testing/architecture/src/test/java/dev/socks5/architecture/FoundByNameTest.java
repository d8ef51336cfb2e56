package dev.socks5.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Executable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the published modules find by name at run time, which an image of GraalVM's has to be told of beforehand. No
 * such image is made here: this compares the code with the metadata, and that with what is there.
 */
class FoundByNameTest {

    /** Changes classes while they are loaded, which no image can do: guarded tests fail there. */
    private static final String AGENT = "dev.socks5.junit.internal.guard";

    /** The methods that find something by its name, by their owners. */
    private static final Map<String, String> FINDERS = Map.ofEntries(
            Map.entry("java.lang.Class", "forName|get.*(Methods?|Constructors?|Fields?)|newInstance|getResource.*"),
            Map.entry("java.lang.ClassLoader", "loadClass|findClass|.*[rR]esource.*"),
            Map.entry("java.lang.Module", "getResource.*"),
            Map.entry("java.lang.invoke.MethodHandles", "privateLookupIn"),
            Map.entry("java.lang.invoke.MethodHandles$Lookup", "find.*|unreflect.*"),
            Map.entry("java.lang.reflect.Proxy", ".*"),
            Map.entry("java.lang.Runtime", "load.*"),
            Map.entry("java.lang.System", "load.*|getProperty|getLogger"),
            Map.entry("java.util.ResourceBundle", ".*"),
            Map.entry("java.util.ServiceLoader", "load.*"),
            Map.entry("java.util.concurrent.atomic.AtomicIntegerFieldUpdater", "newUpdater"),
            Map.entry("java.util.concurrent.atomic.AtomicLongFieldUpdater", "newUpdater"),
            Map.entry("java.util.concurrent.atomic.AtomicReferenceFieldUpdater", "newUpdater"),
            Map.entry("java.io.ObjectInputStream", ".*"),
            Map.entry("java.io.ObjectOutputStream", ".*"),
            Map.entry("java.nio.charset.Charset", "forName"),
            Map.entry("javax.crypto.Cipher", "getInstance"),
            Map.entry("javax.net.ssl.SSLContext", "getInstance"),
            Map.entry("java.security.KeyStore", "getInstance"),
            Map.entry("java.security.MessageDigest", "getInstance"),
            Map.entry("java.security.SecureRandom", "getInstance.*"),
            Map.entry("javax.security.auth.login.AppConfigurationEntry", "<init>"),
            Map.entry("org.ietf.jgss.GSSManager", "getInstance"));

    /** Who finds what: elements of the metadata, or else, in words, why an image need not be told. */
    private static final Map<String, List<String>> FOUND = Map.of(
            "client.internal.platform.Threads: Class.getMethod",
            List.of("java.lang.Thread#startVirtualThread(java.lang.Runnable)"),
            "client.ConfiguredClient: System.getProperty",
            List.of("the value is a URI of a proxy"),
            "server.internal.net.Threads: Class.getMethod",
            List.of("java.util.concurrent.Executors#newVirtualThreadPerTaskExecutor()"),
            "server.internal.net.Log: System.getLogger",
            List.of("the JDK finds its backend, and Native Image knows how"),
            "bridge.BridgeLog: System.getLogger",
            List.of("the JDK finds its backend, and Native Image knows how"),
            "bridge.BridgeThreads: Class.forName",
            List.of("java.lang.Thread$Builder"),
            "bridge.BridgeThreads: Class.getMethod",
            List.of(
                    "java.lang.Thread#ofVirtual()",
                    "java.lang.Thread$Builder#name(java.lang.String, long)",
                    "java.lang.Thread$Builder#factory()",
                    "java.util.concurrent.Executors#newThreadPerTaskExecutor(java.util.concurrent.ThreadFactory)"),
            "gssapi.KerberosLogin: AppConfigurationEntry.<init>",
            List.of("com.sun.security.auth.module.Krb5LoginModule#<init>()"),
            "gssapi.JgssContext: GSSManager.getInstance",
            List.of("sun.security.jgss.krb5.Krb5MechFactory#<init>(sun.security.jgss.GSSCaller)"),
            "gssapi.GssapiAcceptor: Cipher.getInstance",
            List.of("Native Image knows the services of security providers"));

    /** What others find: drivers and JNDI by a class name in their configuration. */
    private static final Map<Published, List<String>> FOUND_BY_OTHERS = Map.of(
            Published.CLIENT,
            List.of(
                    "dev.socks5.client.Socks5SocketFactory#<init>()",
                    "dev.socks5.client.Socks5SocketFactory#<init>(java.lang.String)",
                    "dev.socks5.client.Socks5SocketFactory#getDefault()",
                    "dev.socks5.client.Socks5SocketFactory#compare(java.lang.Object, java.lang.Object)",
                    "dev.socks5.client.Socks5SslSocketFactory#<init>()",
                    "dev.socks5.client.Socks5SslSocketFactory#<init>(java.lang.String)",
                    "dev.socks5.client.Socks5SslSocketFactory#getDefault()",
                    "dev.socks5.client.Socks5SslSocketFactory#compare(java.lang.Object, java.lang.Object)"));

    @Test
    void everyoneWhoFindsSomethingByNameIsListed() {
        Set<String> finders = new TreeSet<>();
        for (Published module : Published.values()) {
            finders.addAll(findersOf(module).keySet());
        }
        assertThat(finders).isEqualTo(new TreeSet<>(FOUND.keySet()));
    }

    /** One call for each element, so that a second one in the same class does not go unnoticed. */
    @Test
    void eachCallFindsOneElement() {
        for (Published module : Published.values()) {
            findersOf(module)
                    .forEach((finder, calls) -> assertThat(calls)
                            .as(finder)
                            .isEqualTo(FOUND.getOrDefault(finder, List.of()).size()));
        }
    }

    /** Elements that are spelt in another way than in the code would never be found. */
    @Test
    void theCodeSpellsTheSameNames() throws IOException {
        for (Map.Entry<String, List<String>> found : FOUND.entrySet()) {
            String finder = found.getKey().substring(0, found.getKey().indexOf(':'));
            for (String element : found.getValue()) {
                if (isElement(element) && !element.startsWith("sun.")) { // The JDK finds that one on our behalf.
                    assertThat(constantsOf("dev.socks5." + finder)).as(finder).contains(spelt(element));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Published.class)
    void theMetadataHasWhatIsFoundAndNothingElse(Published module) throws IOException {
        Set<String> wanted = new TreeSet<>(FOUND_BY_OTHERS.getOrDefault(module, List.of()));
        findersOf(module).keySet().forEach(finder -> wanted.addAll(FOUND.getOrDefault(finder, List.of())));
        wanted.removeIf(found -> !isElement(found));
        wanted.addAll(wanted.stream().map(FoundByNameTest::typeOf).toList());
        assertThat(module.metadata().elements()).isEqualTo(wanted);
    }

    @ParameterizedTest
    @EnumSource(Published.class)
    void theMetadataNamesWhatIsThere(Published module) throws Exception {
        for (String type : module.metadata().conditions()) {
            assertThat(module.classes()).extracting(JavaClass::getName).contains(type);
        }
        for (String element : module.metadata().elements()) {
            if (element.startsWith("dev.socks5.") || Runtime.version().feature() >= 21) { // Virtual threads came then.
                Class<?> type = Class.forName(typeOf(element), false, getClass().getClassLoader());
                if (element.contains("#")) {
                    assertThat(membersOf(type)).contains(element);
                }
            }
        }
    }

    /** Only these can be named in a configuration: drivers make an object of a class, of a type of the JDK's. */
    @Test
    void everyClassThatAConfigurationCanNameIsListed() {
        Set<String> nameable = Stream.of(Published.values())
                .flatMap(Published::classes)
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
                .filter(type -> !type.isAssignableTo(Throwable.class) && !type.isRecord() && !type.isEnum())
                .filter(type -> !type.getPackageName().contains(".internal"))
                .filter(FoundByNameTest::isOfAJdkType)
                .filter(type -> type.getConstructors().stream()
                        .anyMatch(made -> made.getModifiers().contains(JavaModifier.PUBLIC)))
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(nameable)
                .isEqualTo(FOUND_BY_OTHERS.values().stream()
                        .flatMap(List::stream)
                        .map(FoundByNameTest::typeOf)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static boolean isOfAJdkType(JavaClass type) {
        return Stream.concat(type.getAllRawSuperclasses().stream(), type.getAllRawInterfaces().stream())
                .filter(parent -> !parent.isEquivalentTo(Object.class) && !parent.isEquivalentTo(AutoCloseable.class))
                .anyMatch(parent -> parent.getPackageName().startsWith("java"));
    }

    private static Map<String, Integer> findersOf(Published module) {
        Map<String, Integer> calls = new TreeMap<>();
        module.classes()
                .filter(type -> !type.getPackageName().equals(AGENT))
                .flatMap(type -> Stream.of(
                                type.getMethodCallsFromSelf(),
                                type.getMethodReferencesFromSelf(),
                                type.getConstructorCallsFromSelf(),
                                type.getConstructorReferencesFromSelf())
                        .flatMap(Collection::stream))
                .filter(FoundByNameTest::finds)
                .forEach(access -> calls.merge(nameOf(access), 1, Integer::sum));
        return calls;
    }

    private static boolean finds(JavaAccess<?> access) {
        String finders = FINDERS.get(access.getTargetOwner().getName());
        return finders != null && access.getName().matches(finders);
    }

    private static String nameOf(JavaAccess<?> access) {
        String origin = Code.outermost(access.getOriginOwner()).getName().replace("dev.socks5.", "");
        return origin + ": " + access.getTargetOwner().getSimpleName() + "." + access.getName();
    }

    private static boolean isElement(String found) {
        return found.indexOf(' ') < 0 || found.indexOf('#') > 0;
    }

    private static String typeOf(String element) {
        return element.replaceFirst("#.*", "");
    }

    /** What stands in the code: the name of a method, or that of a type. */
    private static String spelt(String element) {
        String member = element.replaceFirst("[^#]*#", "").replaceFirst("\\(.*", "");
        return element.contains("#") && !member.equals("<init>") ? member : typeOf(element);
    }

    private static Set<String> membersOf(Class<?> type) {
        return Stream.<Executable>concat(
                        Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getDeclaredConstructors()))
                .map(member -> type.getName() + "#"
                        + (member.getName().equals(type.getName()) ? "<init>" : member.getName())
                        + Arrays.stream(member.getParameterTypes())
                                .map(Class::getName)
                                .collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.toSet());
    }

    /** Gives a class file as text, in which its constants can be found. */
    private static String constantsOf(String type) throws IOException {
        try (InputStream file = FoundByNameTest.class.getResourceAsStream("/" + type.replace('.', '/') + ".class")) {
            return new String(file.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
