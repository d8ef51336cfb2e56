package dev.socks5.client.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

class JavaFlightRecorderTest {

    /** As on Android, or in a container of plugins that shows them only what they import. */
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
    void hasALogWhereTheRecorderIs() {
        assertThat(JavaFlightRecorder.log()).isInstanceOf(FlightLog.class);
    }

    /** It gets as far as the dial. */
    @Test
    void aClientConnectsWhereAClassLoaderHidesTheRecorder() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0)) {
            port = gone.getLocalPort();
        }
        try (WithoutRecorder loader = new WithoutRecorder()) {
            Class<?> type = loader.loadClass(Socks5Client.class.getName());
            Object client = type.getMethod("of", String.class).invoke(null, "socks5h://127.0.0.1:" + port);
            assertThatThrownBy(() -> ((Socket) type.getMethod("connect", String.class, int.class)
                                    .invoke(client, "origin.example", 80))
                            .close())
                    .isInstanceOf(InvocationTargetException.class)
                    .hasCauseInstanceOf(ConnectException.class);
            Class<?> hidden = loader.loadClass(JavaFlightRecorder.class.getName());
            Method log = hidden.getDeclaredMethod("log");
            log.setAccessible(true);
            Field nothing = hidden.getDeclaredField("NOTHING");
            nothing.setAccessible(true);
            assertThat(log.invoke(null)).isNotNull().isSameAs(nothing.get(null));
        }
    }
}
