package dev.socks5.gssapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockStatic;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.socks5.codec.GssapiException;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.GssapiNegotiation;
import dev.socks5.codec.GssapiToken;
import dev.socks5.codec.ProtectionLevel;
import java.util.List;
import javax.security.auth.Subject;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.MockedStatic;

/** What an acceptor asks the JDK for, and what it makes of the answers. */
class GssapiAcceptorTest {

    private static final GssapiMessage TOKEN = new GssapiMessage.Authentication(GssapiToken.of((byte) 7));

    private final GSSManager manager = mock(GSSManager.class);
    private final GSSCredential credential = mock(GSSCredential.class);
    private final GSSContext context = mock(GSSContext.class);
    private final MockedStatic<GSSManager> managers = mockStatic(GSSManager.class);

    @BeforeEach
    void mechanism() throws Exception {
        managers.when(GSSManager::getInstance).thenReturn(manager);
        when(manager.createCredential(
                        null, GSSCredential.INDEFINITE_LIFETIME, JgssContext.KERBEROS, GSSCredential.ACCEPT_ONLY))
                .thenReturn(credential);
        when(manager.createContext(credential)).thenReturn(context);
        when(context.acceptSecContext(any(byte[].class), anyInt(), anyInt())).thenReturn(new byte[] {8});
    }

    @AfterEach
    void close() {
        managers.close();
    }

    private static List<GssapiMessage> answer(GssapiAcceptor acceptor) throws Exception {
        try (GssapiNegotiation negotiation = acceptor.get()) {
            return negotiation.answer(TOKEN);
        }
    }

    @Test
    void answersATokenWithItsOwnKeys() throws Exception {
        List<GssapiMessage> answers = answer(GssapiAcceptor.builder().build());
        assertThat(answers).hasSize(1);
        assertThat(((GssapiMessage.Authentication) answers.get(0)).token().octets())
                .containsExactly(8);
        verify(context).acceptSecContext(new byte[] {7}, 0, 1);
        verify(context).dispose();
    }

    @Test
    void makesANegotiationForEachConnection() throws Exception {
        GssapiAcceptor acceptor = GssapiAcceptor.builder().build();
        try (GssapiNegotiation one = acceptor.get();
                GssapiNegotiation other = acceptor.get()) {
            assertThat(one).isNotSameAs(other);
        }
    }

    @Test
    void saysThatItDoesNotKnowTheClient() throws Exception {
        GSSException unknown = new GSSException(GSSException.DEFECTIVE_TOKEN);
        when(context.acceptSecContext(any(byte[].class), anyInt(), anyInt())).thenThrow(unknown);
        GssapiAcceptor acceptor = GssapiAcceptor.builder().build();
        assertThatThrownBy(() -> answer(acceptor))
                .isInstanceOf(GssapiException.class)
                .hasMessageStartingWith("no security context with the client: ")
                .hasCause(unknown);
    }

    @Test
    void saysThatItHasNoKeys() throws Exception {
        when(manager.createCredential(
                        null, GSSCredential.INDEFINITE_LIFETIME, JgssContext.KERBEROS, GSSCredential.ACCEPT_ONLY))
                .thenThrow(new GSSException(GSSException.NO_CRED));
        for (GssapiAcceptor acceptor : List.of(
                GssapiAcceptor.builder().build(),
                GssapiAcceptor.builder().subject(new Subject()).build())) {
            assertThatThrownBy(() -> answer(acceptor))
                    .isInstanceOf(GssapiException.class)
                    .hasCauseInstanceOf(GSSException.class);
        }
    }

    @Test
    void refusesLevelsThatMakeNoSense() {
        ProtectionLevel unknown = new ProtectionLevel(4);
        GssapiAcceptor.Builder builder = GssapiAcceptor.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.requireLevel(unknown));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.limitLevel(unknown));
        builder.requireLevel(ProtectionLevel.CONFIDENTIALITY).limitLevel(ProtectionLevel.INTEGRITY);
        assertThatIllegalStateException().isThrownBy(builder::build);
    }

    @Test
    void namesItsLevelsAndNoKeys() {
        assertThat(GssapiAcceptor.builder()
                        .requireLevel(ProtectionLevel.INTEGRITY)
                        .build())
                .hasToString("GssapiAcceptor[%s to %s]"
                        .formatted(ProtectionLevel.INTEGRITY, ProtectionLevel.CONFIDENTIALITY));
    }
}
