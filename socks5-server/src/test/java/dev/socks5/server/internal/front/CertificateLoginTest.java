package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.CertificateAuthenticator;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.TlsPeers;
import dev.socks5.server.User;
import dev.socks5.testing.Authority;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins by certificate, and who gets no further. */
@Timeout(60)
class CertificateLoginTest {

    private static final Authority AUTHORITY = TlsPeers.AUTHORITY;
    private static final String PASSWORD = "01 03 62 6f 62 02 70 77";

    private final Recorder events = new Recorder();

    private Socks5ServerBuilder builder(boolean need, CertificateAuthenticator authenticator) {
        return Socks5Server.builder()
                .listenTls(TlsPeers.ANY_PORT, TlsPeers.serverContext(), TlsPeers.asking(need))
                .certificateLogin(authenticator)
                .eventLoops(1)
                .listener(events);
    }

    private static Optional<? extends Principal> subject(List<X509Certificate> chain, ClientAddress client) {
        return Optional.of(new User(chain.get(0).getSubjectX500Principal().getName()));
    }

    private static SSLContext certified() throws Exception {
        return AUTHORITY.context(AUTHORITY.issue("alice"));
    }

    private static RawClient connect(Socks5Server server, SSLContext context, String version) throws IOException {
        SSLSocket socket = TlsPeers.socket(server.localAddresses().get(0), context, version);
        return new RawClient(socket);
    }

    @ParameterizedTest
    @CsvSource({"true, TLSv1.2", "true, TLSv1.3", "false, TLSv1.2", "false, TLSv1.3"})
    void aGoodCertificateIsALogin(boolean need, String version) throws Exception {
        try (Socks5Server server = builder(need, CertificateLoginTest::subject).start();
                RawClient client = connect(server, certified(), version);
                Origin origin = new Origin()) {
            client.tunnelTo(origin.address());
            origin.take();
            assertThat(events.until("connected")).contains("authenticated CN=alice");
        }
    }

    /** In a session that is resumed, the client is who it was. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aResumedSessionHasTheSameUser(String version) throws Exception {
        SSLContext context = certified();
        try (Socks5Server server = builder(true, CertificateLoginTest::subject).start()) {
            for (int i = 0; i < 2; i++) {
                try (RawClient client = connect(server, context, version);
                        Origin origin = new Origin()) {
                    client.tunnelTo(origin.address());
                    assertThat(events.until("connected")).contains("authenticated CN=alice");
                }
            }
        }
    }

    @Test
    void withoutACertificateNobodyIsServed() throws Exception {
        try (Socks5Server server = builder(false, CertificateLoginTest::subject).start();
                RawClient client = TlsPeers.client(server)) {
            client.send(RawClient.GREETING + RawClient.connect(Origin.nobody()));
            client.expect("05 ff").expectEnd();
            assertThat(events.until("loginFailed")).doesNotContain("requested CONNECT");
        }
    }

    private void failsInTls(Socks5Server server, SSLContext context, String version, String reason) throws Exception {
        try (RawClient client = connect(server, context, version)) {
            assertThatThrownBy(() -> client.send(RawClient.GREETING)
                            .send(RawClient.connect(Origin.nobody()))
                            .read(1))
                    .isInstanceOf(IOException.class);
        }
        assertThat(events.until("closed"))
                .anyMatch(event -> event.startsWith("handshakeFailed ") && event.contains(reason))
                .last()
                .isEqualTo("closed 0 0 TLS_FAILED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whereOneIsNeededNoneEndsTheHandshake(String version) throws Exception {
        try (Socks5Server server = builder(true, CertificateLoginTest::subject).start()) {
            failsInTls(server, TlsPeers.clientContext(), version, "Empty client certificate chain");
        }
    }

    /** Also where a certificate is only wanted: one that is not good is none. */
    @ParameterizedTest
    @CsvSource({"true, TLSv1.2", "true, TLSv1.3", "false, TLSv1.2", "false, TLSv1.3"})
    void aStrangersCertificateEndsTheHandshake(boolean need, String version) throws Exception {
        Authority other = new Authority();
        try (Socks5Server server = builder(need, CertificateLoginTest::subject).start()) {
            SSLContext stranger = AUTHORITY.context(other.issue("alice"));
            failsInTls(server, stranger, version, "the certificate is not good: ");
        }
    }

    @Test
    void anExpiredCertificateEndsTheHandshake() throws Exception {
        try (Socks5Server server = builder(true, CertificateLoginTest::subject).start()) {
            HeldCertificate expired = AUTHORITY.issueExpired("alice");
            failsInTls(server, AUTHORITY.context(expired), "TLSv1.3", "the certificate is not good: ");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCertificateThatIsNoLoginLeavesTheOtherMethods(boolean blocks) throws Exception {
        CertificateAuthenticator nobody = new CertificateAuthenticator() {
            @Override
            public Optional<Principal> authenticate(List<X509Certificate> chain, ClientAddress client) {
                return Optional.empty();
            }

            @Override
            public boolean mayBlock() {
                return blocks;
            }
        };
        try (Socks5Server server = builder(true, nobody)
                        .authenticator(PasswordAuthenticator.of(Map.of("bob", "pw")))
                        .start();
                RawClient anonymous = connect(server, certified(), "TLSv1.3");
                RawClient client = connect(server, certified(), "TLSv1.3");
                Origin origin = new Origin()) {
            anonymous.send(RawClient.GREETING).expect("05 ff").expectEnd();
            client.send("05 02 00 02").expect("05 02").send(PASSWORD).expect("01 00");
            client.send(RawClient.connect(origin.address())).expectSuccess();
            assertThat(events.until("connected")).contains("authenticated bob");
        }
    }

    /** The certificate comes first, if the client offers to go without a login; else it has chosen to log in. */
    @Test
    void aClientMayLogInByPasswordAllTheSame() throws Exception {
        try (Socks5Server server = builder(true, CertificateLoginTest::subject)
                        .authenticator(PasswordAuthenticator.of(Map.of("bob", "pw")))
                        .start();
                RawClient both = connect(server, certified(), "TLSv1.3");
                RawClient password = connect(server, certified(), "TLSv1.3")) {
            both.send("05 02 02 00").expect("05 00");
            assertThat(events.until("authenticated")).last().isEqualTo("authenticated CN=alice");
            password.send("05 01 02").expect("05 02").send(PASSWORD).expect("01 00");
            assertThat(events.until("authenticated")).last().isEqualTo("authenticated bob");
        }
    }

    @Test
    void anAuthenticatorThatThrowsLetsNobodyIn() throws Exception {
        CertificateAuthenticator throwing = (chain, client) -> {
            throw new IllegalStateException("on purpose");
        };
        try (Socks5Server server = builder(true, throwing)
                        .authenticator(PasswordAuthenticator.of(Map.of("bob", "pw")))
                        .start();
                RawClient client = connect(server, certified(), "TLSv1.3")) {
            client.send("05 02 00 02");
            client.expectEnd();
            client.close();
            assertThat(events.until("closed"))
                    .contains("loginFailed the authenticator of certificates failed")
                    .last()
                    .isEqualTo("closed 0 0 NOT_AUTHENTICATED");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // What Java allows and the interface forbids.
    void anAuthenticatorThatReturnsNullLetsNobodyIn() throws Exception {
        try (Socks5Server server = builder(true, (chain, client) -> null).start();
                RawClient client = connect(server, certified(), "TLSv1.3")) {
            client.send("05 02 00 02");
            client.expectEnd();
        }
    }

    @Test
    void anAuthenticatorThatBlocksIsBoundedByTheDeadline() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CertificateAuthenticator blocked = (chain, client) -> {
            never.await();
            return Optional.empty();
        };
        try (Socks5Server server = builder(true, blocked)
                        .handshakeTimeout(Duration.ofSeconds(1))
                        .start();
                RawClient client = connect(server, certified(), "TLSv1.3")) {
            client.send(RawClient.GREETING).expectDropped();
            assertThat(events.until("closed")).last().isEqualTo("closed 0 0 HANDSHAKE_TIMEOUT");
        } finally {
            never.countDown();
        }
    }

    @Test
    void aLoginThatNobodyCanMakeIsRefusedAtTheStart() {
        Socks5ServerBuilder builder = Socks5Server.builder()
                .listenTls(TlsPeers.ANY_PORT, TlsPeers.serverContext())
                .certificateLogin(CertificateLoginTest::subject);
        assertThatThrownBy(builder::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("listenTls with SSLParameters");
    }

    /** A login by certificate is a login: the server may listen beyond loopback. */
    @Test
    void withItTheServerMayBeReachedFromOutside() throws Exception {
        InetSocketAddress everywhere = new InetSocketAddress(0);
        assertThatThrownBy(Socks5Server.builder().listenTls(everywhere, TlsPeers.serverContext())::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("without a login");
        Socks5Server.builder()
                .listenTls(everywhere, TlsPeers.serverContext(), TlsPeers.asking(true))
                .certificateLogin(CertificateLoginTest::subject)
                .start()
                .close();
    }
}
