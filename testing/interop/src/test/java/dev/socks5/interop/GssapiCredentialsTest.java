package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.GssapiException;
import dev.socks5.codec.NoAcceptableMethodException;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.gssapi.GssapiAcceptor;
import dev.socks5.gssapi.GssapiInitiator;
import dev.socks5.server.AccessRules;
import dev.socks5.server.RequestPattern;
import dev.socks5.server.User;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.security.auth.Subject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whom our client and our server take each other for, and what becomes of it if they cannot tell. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GssapiCredentialsTest {

    private static final String SERVICE = "socks@localhost";

    private static EmbeddedKdc kdc;

    @BeforeAll
    static void start() throws Exception {
        kdc = EmbeddedKdc.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (kdc != null) {
            kdc.close();
        }
    }

    private static OurServer server(GssapiAcceptor.Builder acceptor) throws IOException {
        GssapiAcceptor built = acceptor.build();
        return OurServer.with(settings -> settings.gssapi(built));
    }

    private static OurServer server() throws IOException {
        return server(GssapiAcceptor.builder().keytab(kdc.serviceKeytab()));
    }

    private static GssapiInitiator.Builder alice() {
        return GssapiInitiator.builder().service(SERVICE).keytab(EmbeddedKdc.USER, kdc.userKeytab());
    }

    private static Socks5Client client(OurServer server, GssapiInitiator.Builder initiator) {
        return Socks5Client.builder()
                .proxy(server.address())
                .connectTimeout(Duration.ofSeconds(20))
                .gssapi(initiator.build())
                .build();
    }

    private static void talk(OurServer server, GssapiInitiator.Builder initiator) throws IOException {
        try (Origin origin = Origin.echo();
                Socket socket = client(server, initiator).connect("127.0.0.1", origin.port())) {
            Echo.check(socket);
        }
    }

    /** On both sides, and nothing was carried out or is left open. */
    private static void assertFails(
            OurServer server, GssapiInitiator.Builder initiator, Class<? extends IOException> failure)
            throws Exception {
        assertThatThrownBy(() -> talk(server, initiator)).isInstanceOf(failure);
        assertThat(server.awaitEnding()).isNotNull();
        assertThat(server.destinations()).isEmpty();
    }

    @Test
    void bothSidesTakeSubjects() throws Exception {
        Subject service = KerberosSubject.service("socks/localhost@" + EmbeddedKdc.REALM, kdc.serviceKeytab());
        Subject user = KerberosSubject.user(EmbeddedKdc.OTHER_USER, kdc.otherUserKeytab());
        try (OurServer server = server(GssapiAcceptor.builder().subject(service))) {
            talk(server, GssapiInitiator.builder().service(SERVICE).subject(user));

            assertThat(server.users()).containsExactly(EmbeddedKdc.OTHER_USER);
        }
    }

    @Test
    void theServiceIsAPrincipalAsWell() throws Exception {
        try (OurServer server = server()) {
            talk(server, alice().service("socks/localhost@" + EmbeddedKdc.REALM));

            assertThat(server.users()).containsExactly(EmbeddedKdc.USER);
        }
    }

    @Test
    void rulesKnowThePrincipal() throws Exception {
        AccessRules rules = AccessRules.builder()
                .allow(RequestPattern.any().user(EmbeddedKdc.OTHER_USER))
                .build();
        GssapiAcceptor acceptor =
                GssapiAcceptor.builder().keytab(kdc.serviceKeytab()).build();
        try (OurServer server =
                OurServer.with(settings -> settings.gssapi(acceptor).accessRule(rules))) {
            talk(
                    server,
                    GssapiInitiator.builder().service(SERVICE).keytab(EmbeddedKdc.OTHER_USER, kdc.otherUserKeytab()));
            assertThatThrownBy(() -> talk(server, alice())).isInstanceOf(RequestRejectedException.class);
        }
    }

    @Test
    void theServerMayHaveItsOwnIdeaOfUsers() throws Exception {
        GssapiAcceptor.Builder acceptor = GssapiAcceptor.builder()
                .keytab(kdc.serviceKeytab())
                .users(name -> name.equals(EmbeddedKdc.USER) ? Optional.of(new User("al")) : Optional.empty());
        try (OurServer server = server(acceptor)) {
            talk(server, alice());
            assertThat(server.users()).containsExactly("al");
            assertThatThrownBy(() -> talk(
                            server,
                            GssapiInitiator.builder()
                                    .service(SERVICE)
                                    .keytab(EmbeddedKdc.OTHER_USER, kdc.otherUserKeytab())))
                    .isInstanceOf(AuthenticationFailedException.class);
        }
    }

    /** Then our client, which has been promised more, does not talk to it. */
    @Test
    void theServerMayGiveLess() throws Exception {
        try (OurServer server =
                server(GssapiAcceptor.builder().keytab(kdc.serviceKeytab()).limitLevel(ProtectionLevel.INTEGRITY))) {
            talk(server, alice().level(ProtectionLevel.INTEGRITY));
        }
        try (OurServer server =
                server(GssapiAcceptor.builder().keytab(kdc.serviceKeytab()).limitLevel(ProtectionLevel.INTEGRITY))) {
            assertFails(server, alice(), GssapiException.class);
        }
    }

    /** The client gets more than it has asked for: that is good enough. */
    @Test
    void theServerMayRequireMore() throws Exception {
        try (OurServer server = server(
                GssapiAcceptor.builder().keytab(kdc.serviceKeytab()).requireLevel(ProtectionLevel.CONFIDENTIALITY))) {
            talk(server, alice().level(ProtectionLevel.NONE));
            talk(server, alice().level(ProtectionLevel.INTEGRITY));
        }
    }

    @Test
    void aServiceThatTheKdcDoesNotKnow() throws Exception {
        try (OurServer server = server()) {
            assertFails(server, alice().service("nothing@localhost"), GssapiException.class);
        }
    }

    @Test
    void aServiceWhoseKeyTheServerDoesNotHave() throws Exception {
        try (OurServer server = server()) {
            assertFails(server, alice().service("other@localhost"), AuthenticationFailedException.class);
        }
    }

    @Test
    void aServerWithoutKeys() throws Exception {
        try (OurServer server = server(GssapiAcceptor.builder().keytab(kdc.missingKeytab()))) {
            assertFails(server, alice(), AuthenticationFailedException.class);
        }
    }

    @Test
    void aServerThatFindsNoCredentialsByItself() throws Exception {
        try (OurServer server = server(GssapiAcceptor.builder())) {
            assertFails(server, alice(), AuthenticationFailedException.class);
        }
    }

    @Test
    void aServerThatDoesNoGssapi() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            assertFails(server, alice(), NoAcceptableMethodException.class);
        }
    }

    @Test
    void aKeytabThatIsNotThere() throws Exception {
        assertNoLogin(EmbeddedKdc.USER, kdc.missingKeytab());
    }

    @Test
    void aKeytabOfSomebodyElse() throws Exception {
        assertNoLogin(EmbeddedKdc.USER, kdc.otherUserKeytab());
    }

    @Test
    void aUserWhomTheKdcDoesNotKnow() throws Exception {
        assertNoLogin("nobody@" + EmbeddedKdc.REALM, kdc.userKeytab());
    }

    private static void assertNoLogin(String principal, Path keytab) throws Exception {
        try (OurServer server = server()) {
            assertFails(
                    server,
                    GssapiInitiator.builder().service(SERVICE).keytab(principal, keytab),
                    GssapiException.class);
        }
    }

    @Test
    void aClientThatHasNoCredentials() throws Exception {
        try (OurServer server = server()) {
            GssapiInitiator.Builder nobody = GssapiInitiator.builder().service(SERVICE);
            assertFails(server, nobody, GssapiException.class);
            assertFails(server, nobody.subject(new Subject()), GssapiException.class);
        }
    }
}
