package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Socks5Exception;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A failure, asynchronous and waited for. */
public final class Failures {

    static final Endpoint DESTINATION = Endpoint.of("example.com", 80);

    private Failures() {}

    static Throwable async(Socks5Client client, Endpoint destination) {
        Throwable thrown = catchThrowable(() -> client.connectAsync(destination).get(15, TimeUnit.SECONDS));
        assertThat(thrown).isExactlyInstanceOf(ExecutionException.class);
        return Objects.requireNonNull(thrown.getCause());
    }

    /** Both ways, one proxy for each. */
    static Throwable same(ScriptedProxy.Script script) throws Exception {
        Throwable blocking;
        try (ScriptedProxy proxy = new ScriptedProxy(script)) {
            blocking = catchThrowable(() -> client(proxy).openChannel(DESTINATION));
            proxy.received();
        }
        try (ScriptedProxy proxy = new ScriptedProxy(script)) {
            Throwable async = async(client(proxy), DESTINATION);
            proxy.received();
            assertSame(async, blocking);
            return async;
        }
    }

    private static Socks5Client client(ScriptedProxy proxy) {
        return proxy.clientBuilder().credentials("u", "p").build();
    }

    static Throwable same(Socks5Client client, Endpoint destination) {
        Throwable async = async(client, destination);
        assertSame(async, catchThrowable(() -> client.openChannel(destination)));
        return async;
    }

    /** There was a proxy for each of them. */
    private static String withoutPorts(Throwable failure) {
        return Objects.toString(failure.getMessage()).replaceAll("127\\.0\\.0\\.1:\\d+", "the proxy");
    }

    static void assertSame(@Nullable Throwable async, @Nullable Throwable blocking) {
        while (async != null && blocking != null) {
            assertThat(async).hasSameClassAs(blocking);
            boolean ours = async.getCause() != null || async instanceof Socks5Exception;
            if (ours) { // The system's own vary with what it has cached.
                assertThat(withoutPorts(async)).isEqualTo(withoutPorts(blocking));
            }
            async = async.getCause();
            blocking = blocking.getCause();
        }
        assertThat(async).isNull();
        assertThat(blocking).isNull();
    }
}
