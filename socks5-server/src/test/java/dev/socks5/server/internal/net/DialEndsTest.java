package dev.socks5.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.CloseReason;
import dev.socks5.server.Deaf;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Remains;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.TunnelKind;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is being dialled, or asked of an upstream, when the time is up: nothing of it is left. */
@Timeout(60)
class DialEndsTest {

    private static final Duration SHORT = Duration.ofMillis(400);

    /** It neither accepts nor refuses, and is there until the end: what dials it has to give up by itself. */
    private static Deaf deaf;

    private final Recorder events = new Recorder();

    @BeforeAll
    static void start() throws Exception {
        deaf = new Deaf("127.0.0.1");
        // What the JDK opens once, it opens here.
        TunnelKind.DIRECT.open(Socks5Server.builder().listen("127.0.0.1", 0)).close();
    }

    @AfterAll
    static void stop() throws IOException {
        deaf.close();
    }

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .torResolve()
                .connectTimeout(SHORT)
                .listener(events);
    }

    private void assertFails(Socks5Server server, String request, int code) throws Exception {
        Remains remains = new Remains(server);
        try (RawClient client = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
            client.send(request).expectFailure(code);
        }
        assertThat(events.ending().reason()).isEqualTo(CloseReason.REQUEST_FAILED);
        remains.awaitNone();
    }

    @Test
    void aDestinationThatDoesNotAnswer() throws Exception {
        try (Socks5Server server = builder().start()) {
            assertFails(server, RawClient.connect(deaf.address()), 0x04);
        }
    }
}
