package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.GssapiException;
import dev.socks5.gssapi.GssapiAcceptor;
import dev.socks5.gssapi.GssapiInitiator;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.security.auth.Subject;
import javax.security.auth.kerberos.KerberosTicket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our client through our server with tickets that kinit has got from MIT's KDC. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GssapiTicketTest {

    private static MitKdc kdc;

    private OurServer server;

    @BeforeAll
    static void start() throws Exception {
        kdc = MitKdc.start();
    }

    @AfterAll
    static void stop() throws Exception {
        MitKdc.stop(kdc);
    }

    @BeforeEach
    void serve() throws Exception {
        GssapiAcceptor acceptor =
                GssapiAcceptor.builder().keytab(kdc.serviceKeytab()).build();
        server = OurServer.with(settings -> settings.gssapi(acceptor));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void talk(Subject user) throws IOException {
        Socks5Client client = Socks5Client.builder()
                .proxy(server.address())
                .gssapi(GssapiInitiator.builder()
                        .service("socks@localhost")
                        .subject(user)
                        .build())
                .build();
        try (Origin origin = Origin.echo();
                Socket socket = client.connect("127.0.0.1", origin.port())) {
            Echo.check(socket);
        }
    }

    @Test
    void aSubjectsTicket() throws Exception {
        talk(KerberosSubject.user(kdc.ticketCache()));

        assertThat(server.users()).containsExactly(MitKdc.USER);
    }

    @Test
    void aTicketThatHasExpired() throws Exception {
        KerberosTicket ticket =
                KerberosSubject.user(kdc.ticketCache()).getPrivateCredentials(KerberosTicket.class).stream()
                        .findFirst()
                        .orElseThrow();
        Subject late = new Subject(false, Set.of(ticket.getClient()), Set.of(), Set.of(expired(ticket)));

        assertThatThrownBy(() -> talk(late)).isInstanceOf(GssapiException.class);
        assertThat(server.awaitEnding()).isNotNull();
        assertThat(server.destinations()).isEmpty();
    }

    /** The same ticket a second after its end. */
    private static KerberosTicket expired(KerberosTicket ticket) {
        Instant now = Instant.now();
        return new KerberosTicket(
                ticket.getEncoded(),
                ticket.getClient(),
                ticket.getServer(),
                Objects.requireNonNull(ticket.getSessionKey()).getEncoded(),
                ticket.getSessionKeyType(),
                ticket.getFlags(),
                Date.from(now.minusSeconds(10)),
                Date.from(now.minusSeconds(10)),
                Date.from(now.minusSeconds(1)),
                null,
                null);
    }

    @Test
    void theTicketCacheOfTheUser() throws Exception {
        try (Origin origin = Origin.echo()) {
            Run run = Run.of(kdc.command(client(origin)));

            assertThat(run).isEqualTo(new Run(0, "", ""));
            assertThat(server.users()).containsExactly(MitKdc.USER);
        }
    }

    @Test
    void aUserWithoutATicketCache() throws Exception {
        try (Origin origin = Origin.echo()) {
            Run run = Run.of(kdc.commandOfNobody(client(origin)));

            assertThat(run.status()).isNotZero();
            assertThat(run.errors()).contains(GssapiException.class.getName());
            assertThat(server.destinations()).isEmpty();
        }
    }

    /** Another JVM: the environment says where the cache is. */
    private List<String> client(Origin origin) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return List.of(
                java,
                "-Djava.security.krb5.conf=" + kdc.configuration(),
                "-cp",
                classPath,
                TicketCacheClient.class.getName(),
                "" + server.port(),
                "" + origin.port());
    }
}
