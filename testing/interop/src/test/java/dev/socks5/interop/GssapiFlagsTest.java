package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.gssapi.GssapiInitiator;
import java.security.PrivilegedExceptionAction;
import java.util.concurrent.TimeUnit;
import javax.security.auth.Subject;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.Oid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What our client asks its mechanism for (RFC 1961 section 3.2), as a server sees it. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GssapiFlagsTest {

    private static MitKdc kdc;

    @BeforeAll
    static void start() throws Exception {
        kdc = MitKdc.start();
    }

    @AfterAll
    static void stop() throws Exception {
        MitKdc.stop(kdc);
    }

    private static GssapiInitiator.Builder initiator() {
        return GssapiInitiator.builder().keytab(MitKdc.USER, kdc.userKeytab());
    }

    private static GSSContext accepted(GssapiInitiator initiator, Command command) throws Exception {
        byte[] token;
        try (ClientNegotiation negotiation =
                initiator.begin(Endpoint.of("localhost", 1080), command, Endpoint.of("a.b", 80))) {
            GssapiMessage first = GssapiMessage.decode(negotiation.send()).orElseThrow();
            token = ((GssapiMessage.Authentication) first).token().octets();
        }
        Subject service = KerberosSubject.service("socks/localhost@" + MitKdc.REALM, kdc.serviceKeytab());
        PrivilegedExceptionAction<GSSContext> accept = () -> {
            GSSManager manager = GSSManager.getInstance();
            GSSContext context = manager.createContext(manager.createCredential(
                    null,
                    GSSCredential.INDEFINITE_LIFETIME,
                    new Oid("1.2.840.113554.1.2.2"),
                    GSSCredential.ACCEPT_ONLY));
            context.acceptSecContext(token, 0, token.length);
            return context;
        };
        return Subject.doAs(service, accept);
    }

    @Test
    void ofAStreamEverythingIsAskedFor() throws Exception {
        GSSContext context = accepted(initiator().build(), Command.CONNECT);
        assertThat(context.getMutualAuthState()).isTrue();
        assertThat(context.getReplayDetState()).isTrue();
        assertThat(context.getSequenceDetState()).isTrue();
        assertThat(context.getIntegState()).isTrue();
        assertThat(context.getConfState()).isTrue();
    }

    /** That no order is required does not get through: the JDK's Kerberos asks for it along with the rest. */
    @Test
    void ofDatagramsReplaysAreToBeNoticed() throws Exception {
        GSSContext context = accepted(initiator().build(), Command.UDP_ASSOCIATE);
        assertThat(context.getMutualAuthState()).isTrue();
        assertThat(context.getReplayDetState()).isTrue();
    }

    @Test
    void theProxyMayActInTheClientsNameOnlyIfToldSo() throws Exception {
        assertThat(accepted(initiator().build(), Command.CONNECT).getCredDelegState())
                .isFalse();
        GSSContext delegated = accepted(initiator().delegate().build(), Command.CONNECT);
        assertThat(delegated.getCredDelegState()).isTrue();
        assertThat(delegated.getDelegCred().getName()).hasToString(MitKdc.USER);
    }
}
