package dev.socks5.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that what the README and the pages on the library's parts show compiles as it stands. */
class ReadmeTest {

    private static final List<String> PAGES =
            List.of("README.md", "docs/client.md", "docs/codec.md", "docs/embedding.md", "docs/metrics.md");

    /** Of this page the first snippet is to be copied; the others are parts of such a class. */
    private static final String TEST_KIT = "docs/test-kit.md";

    private static final Pattern SNIPPET = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS_NAME = Pattern.compile("^class (\\w+)", Pattern.MULTILINE);
    /** Not the events of Flight Recorder, which begin like classes. */
    private static final Pattern FULL_NAME =
            Pattern.compile("dev\\.socks5\\.(?:codec|client|server|junit|micrometer)\\."
                    + "(?!(?:Connecting|Connected|ConnectFailed)\\b)[A-Z]\\w*");

    @Test
    void everySnippetCompilesAndTheTestPasses(@TempDir Path output) throws Exception {
        StringBuilder shown = new StringBuilder();
        for (String page : PAGES) {
            shown.append(Files.readString(Path.of("..", page)));
        }
        SNIPPET.matcher(Files.readString(Path.of("..", TEST_KIT)))
                .results()
                .findFirst()
                .ifPresent(first -> shown.append(first.group()));
        List<String> snippets =
                SNIPPET.matcher(shown).results().map(match -> match.group(1)).toList();
        assertThat(snippets).hasSize(26);
        StringWriter messages = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        boolean compiled = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of("--release", "17", "-Xlint:all", "-Werror", "-d", output.toString()),
                        null,
                        snippets.stream().map(ReadmeTest::source).toList())
                .call();
        assertThat(messages.toString()).isEmpty();
        assertThat(compiled).isTrue();
        passes("ThroughProxyTest", "goesThroughTheProxy", output);
    }

    private static void passes(String test, String method, Path classes) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, ReadmeTest.class.getClassLoader())) {
            Constructor<?> constructor = loader.loadClass(test).getDeclaredConstructor();
            constructor.setAccessible(true);
            Method run = constructor.getDeclaringClass().getDeclaredMethod(method);
            run.setAccessible(true);
            run.invoke(constructor.newInstance());
        }
    }

    /** A class that was renamed is easily left behind in text that nothing compiles. */
    @Test
    void everyClassThatIsNamedInFullExists() throws IOException {
        StringBuilder text = new StringBuilder(Files.readString(Path.of("..", "README.md")));
        try (Stream<Path> documents = Files.walk(Path.of("..", "docs"))) {
            for (Path document :
                    documents.filter(path -> path.toString().endsWith(".md")).toList()) {
                text.append(Files.readString(document));
            }
        }
        assertThat(FULL_NAME.matcher(text).results().map(MatchResult::group))
                .isNotEmpty()
                .allSatisfy(name -> assertThatCode(() -> Class.forName(name)).doesNotThrowAnyException());
    }

    private static JavaFileObject source(String snippet) {
        String name = CLASS_NAME
                .matcher(snippet)
                .results()
                .map((MatchResult match) -> match.group(1))
                .findFirst()
                .orElseThrow();
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return snippet;
            }
        };
    }
}
