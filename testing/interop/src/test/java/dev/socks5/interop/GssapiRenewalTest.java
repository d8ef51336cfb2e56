package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.gssapi.GssapiInitiator;
import java.lang.reflect.Field;
import java.util.concurrent.TimeUnit;
import javax.security.auth.Subject;
import javax.security.auth.kerberos.KerberosTicket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that logs in with its key whenever it has no ticket that lasts. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GssapiRenewalTest {

    private static void begin(GssapiInitiator initiator) throws Exception {
        try (ClientNegotiation negotiation =
                initiator.begin(Endpoint.of("localhost", 1080), Command.CONNECT, Endpoint.of("a.b", 80))) {
            assertThat(negotiation.send().hasRemaining()).isTrue();
        }
    }

    /**
     * The JDK takes tickets that have run out from the subject, whoever comes across them: then nothing says that they
     * have.
     */
    @Test
    void ticketsThatAreGoneAreGotAnew() throws Exception {
        try (EmbeddedKdc kdc = EmbeddedKdc.start()) {
            GssapiInitiator initiator = GssapiInitiator.builder()
                    .service("socks@localhost")
                    .keytab(EmbeddedKdc.USER, kdc.userKeytab())
                    .build();
            begin(initiator);
            Subject subject = (Subject) field(field(initiator, "credentials"), "subject");
            subject.getPrivateCredentials().removeIf(KerberosTicket.class::isInstance);
            begin(initiator);
        }
    }

    /** How long it is until a ticket runs out, and what the JDK does meanwhile, cannot be had from outside. */
    private static Object field(Object owner, String name) throws ReflectiveOperationException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }
}
