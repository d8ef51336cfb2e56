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

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.GssapiException;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Turn;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.security.auth.Subject;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.MockedStatic;

/** What an acceptor asks the JDK for, and what it makes of the answers. */
class GssapiAcceptorTest {

    /** What a client says first, in the frame of RFC 1961. */
    private static final byte[] TOKEN = {1, 1, 0, 1, 7};

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

    /** The bytes that it says to the token. */
    private static ByteBuffer answer(GssapiAcceptor acceptor) throws Exception {
        try (ServerNegotiation negotiation = acceptor.get()) {
            assertThat(negotiation.method()).isEqualTo(AuthMethod.GSSAPI);
            assertThat(negotiation.receive(ByteBuffer.wrap(TOKEN))).isTrue();
            return negotiation.send();
        }
    }

    @Test
    void answersATokenWithItsOwnKeys() throws Exception {
        assertThat(answer(GssapiAcceptor.builder().build())).isEqualTo(ByteBuffer.wrap(new byte[] {1, 1, 0, 1, 8}));
        verify(context).acceptSecContext(new byte[] {7}, 0, 1);
        verify(context).dispose();
    }

    @Test
    void makesANegotiationForEachConnection() throws Exception {
        GssapiAcceptor acceptor = GssapiAcceptor.builder().build();
        try (ServerNegotiation one = acceptor.get();
                ServerNegotiation other = acceptor.get()) {
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
    void letsEverybodyInByTheNameThatKerberosGives() throws Exception {
        try (ServerNegotiation negotiation = negotiated(GssapiAcceptor.builder())) {
            negotiation.send();
            assertThat(negotiation.turn()).isEqualTo(Turn.DONE);
            assertThat(negotiation.principal()).map(Principal::getName).contains("alice@EXAMPLE.TEST");
        }
    }

    @Test
    void findsUsersAsItIsTold() throws Exception {
        List<String> asked = new ArrayList<>();
        Principal alice = () -> "Alice";
        GssapiAcceptor.Builder builder = GssapiAcceptor.builder().users(name -> {
            asked.add(name);
            return Optional.of(alice);
        });
        try (ServerNegotiation negotiation = negotiated(builder)) {
            assertThat(negotiation.principal()).isEmpty();
            negotiation.send();
            assertThat(negotiation.principal()).containsSame(alice);
            assertThat(asked).containsExactly("alice@EXAMPLE.TEST");
        }
    }

    @Test
    void refusesThoseWhoAreNoUsers() throws Exception {
        GssapiAcceptor.Builder nobody = GssapiAcceptor.builder().users(name -> Optional.empty());
        assertThatThrownBy(() -> negotiated(nobody))
                .isInstanceOf(AuthenticationFailedException.class)
                .hasMessage("no user is known by the name alice@EXAMPLE.TEST");
        IllegalStateException failure = new IllegalStateException("no answer from the directory");
        GssapiAcceptor.Builder failing = GssapiAcceptor.builder().users(name -> {
            throw failure;
        });
        assertThatThrownBy(() -> negotiated(failing)).isSameAs(failure);
    }

    /** One that has taken the level, and has that of its own to say. */
    private ServerNegotiation negotiated(GssapiAcceptor.Builder builder) throws Exception {
        GSSName name = mock(GSSName.class);
        when(name.toString()).thenReturn("alice@EXAMPLE.TEST");
        when(context.getSrcName()).thenReturn(name);
        when(context.isEstablished()).thenReturn(true);
        ServerNegotiation negotiation = builder.acceptLevelInClear().build().get();
        assertThat(negotiation.receive(ByteBuffer.wrap(TOKEN))).isTrue();
        negotiation.send();
        assertThat(negotiation.receive(ByteBuffer.wrap(new byte[] {1, 2, 0, 1, 0})))
                .isTrue();
        assertThat(negotiation.turn()).isEqualTo(Turn.SEND);
        return negotiation;
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
