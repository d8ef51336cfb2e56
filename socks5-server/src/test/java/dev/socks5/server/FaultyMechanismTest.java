package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.testing.FakeContext;
import dev.socks5.testing.OddContext;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Security mechanisms that do what they must not: connections end all the same, and nothing of them is left. */
@Timeout(60)
class FaultyMechanismTest {

    private final Recorder events = new Recorder();

    private Socks5Server server(Supplier<ServerNegotiation> negotiations) throws IOException {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .listener(events)
                .gssapi(negotiations)
                .start();
    }

    private Socks5Server server(ProtectionLevel least) throws IOException {
        return server(() -> ServerNegotiation.gssapi(
                new CannotClose(), least, ProtectionLevel.CONFIDENTIALITY, false, name -> Optional.of(new User(name))));
    }

    @Test
    void aTunnelOfWhichTheContextCannotBeClosedIsResetOnBothSides() throws Exception {
        try (Socks5Server server = server(ProtectionLevel.INTEGRITY);
                Origin origin = new Origin();
                ProtectedClient client = ProtectedClient.loggedIn(server, ProtectionLevel.INTEGRITY)) {
            client.tunnelTo(origin.address());
            Socket far = origin.take();
            far.setSoTimeout(RawClient.PATIENCE_MILLIS);
            client.raw().send("05");
            assertThatThrownBy(() -> far.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThat(events.until("closed")).last().isEqualTo("closed 0 0 BROKEN");
        }
    }

    @Test
    void aContextThatIsNotNeededAnyMoreAndCannotBeClosedIsNoFailure() throws Exception {
        try (Socks5Server server = server(ProtectionLevel.NONE);
                Origin origin = new Origin();
                ProtectedClient client = ProtectedClient.loggedIn(server, ProtectionLevel.NONE)) {
            client.tunnelTo(origin.address());
        }
    }

    @Test
    void aLoginOfWhichTheContextCannotBeClosedIsRefusedInTheEnd() throws Exception {
        try (Socks5Server server = server(ProtectionLevel.NONE);
                ProtectedClient client = new ProtectedClient(server, "nobody", ProtectionLevel.NONE, false)) {
            client.raw().send(client.said()).expect(ProtectedClient.ABORTED).expectEnd();
        }
        assertThat(events.until("closed")).last().isEqualTo("closed 0 0 NOT_AUTHENTICATED");
    }

    @Test
    void withoutANegotiationThereIsNoLogin() throws Exception {
        @Nullable ServerNegotiation[] none = {null};
        try (Socks5Server server = server(() -> none[0]);
                RawClient client = new RawClient(server)) {
            client.send(ProtectedClient.GREETING).expect("05 ff").expectEnd();
        }
        assertThat(events.until("closed")).last().isEqualTo("closed 0 0 NOT_AUTHENTICATED");
    }

    /** The fake one, but for the end. */
    private static final class CannotClose extends OddContext {

        CannotClose() {
            super(FakeContext.acceptor());
        }

        @Override
        public void close() {
            throw new IllegalStateException("a mechanism that cannot end");
        }
    }
}
