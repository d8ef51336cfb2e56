package dev.socks5.server.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JavaFlightRecorderTest {

    private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.1", 1);

    /** As in a container of plugins that shows them only what they import. */
    private static final class WithoutRecorder extends URLClassLoader {

        WithoutRecorder() {
            super(new URL[] {home(JavaFlightRecorder.class), home(Endpoint.class)}, null);
        }

        private static URL home(Class<?> type) {
            return type.getProtectionDomain().getCodeSource().getLocation();
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("jdk.jfr.")) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }

    @Test
    void hasAListenerWhereTheRecorderIs() {
        assertThat(JavaFlightRecorder.listener(SERVER)).get().isInstanceOf(FlightLog.class);
    }

    @Test
    void hasNoneWhereAClassLoaderHidesTheRecorder() throws Exception {
        try (WithoutRecorder loader = new WithoutRecorder()) {
            Class<?> hidden = loader.loadClass(JavaFlightRecorder.class.getName());
            assertThat(hidden.getMethod("listener", SocketAddress.class).invoke(null, SERVER))
                    .isEqualTo(Optional.empty());
        }
    }
}
