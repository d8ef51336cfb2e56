package dev.socks5.junit.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class WeaverTest {

    private static final ClassLoader LOADER = WeaverTest.class.getClassLoader();

    private final Weaver weaver = new Weaver();

    private static byte[] someClass() throws IOException {
        try (InputStream in = WeaverTest.class.getResourceAsStream("WeaverTest.class")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    @Test
    void otherClassesStayAsTheyAre() throws Exception {
        assertThat(weaver.transform(null, LOADER, "com/example/Socket", null, null, someClass()))
                .isNull();
        weaver.requireNoFailure();
    }

    /** Else a new version of it would go unseen. */
    @Test
    void aClassThatLacksAMethodFailsAllGuardedTests() throws Exception {
        assertThat(weaver.transform(null, LOADER, "shaded/io/netty/channel/unix/Socket", null, null, someClass()))
                .isNull();
        assertThatThrownBy(weaver::requireNoFailure)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shaded/io/netty/channel/unix/Socket has no ");
    }

    @Test
    void aClassOfTheSameNameInAnotherLoaderIsNotTheJdks() throws Exception {
        assertThat(weaver.transform(null, LOADER, "sun/nio/ch/Net", null, null, someClass()))
                .isNull();
        weaver.requireNoFailure();
    }
}
