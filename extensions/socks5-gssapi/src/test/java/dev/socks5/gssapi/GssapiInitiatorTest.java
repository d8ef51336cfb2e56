package dev.socks5.gssapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockStatic;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.GssapiException;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.Turn;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.MessageProp;
import org.ietf.jgss.Oid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.ArgumentCaptor;
import org.mockito.MockedStatic;

/** What an initiator asks the JDK for, and what it makes of the answers. */
class GssapiInitiatorTest {

    private static final Endpoint PROXY = Endpoint.of("Proxy.Example", 1080);
    private static final Endpoint DESTINATION = Endpoint.of("destination.example", 443);

    private final GSSManager manager = mock(GSSManager.class);
    private final GSSContext context = mock(GSSContext.class);
    private final MockedStatic<GSSManager> managers = mockStatic(GSSManager.class);

    @BeforeEach
    void mechanism() throws Exception {
        managers.when(GSSManager::getInstance).thenReturn(manager);
        when(manager.createName(anyString(), any(Oid.class))).thenReturn(mock(GSSName.class));
        when(manager.createContext(any(GSSName.class), eq(JgssContext.KERBEROS), any(), anyInt()))
                .thenReturn(context);
        when(context.initSecContext(any(byte[].class), anyInt(), anyInt())).thenReturn(new byte[] {1});
    }

    @AfterEach
    void close() {
        managers.close();
    }

    /** The bytes that it says first. */
    private ByteBuffer begin(GssapiInitiator initiator, Command command) throws Exception {
        try (ClientNegotiation negotiation = initiator.begin(PROXY, command, DESTINATION)) {
            assertThat(negotiation.method()).isEqualTo(AuthMethod.GSSAPI);
            assertThat(negotiation.turn()).isEqualTo(Turn.SEND);
            return negotiation.send();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "socks, socks@proxy.example, false",
        "rcmd, rcmd@proxy.example, false",
        "socks@Other.Example, socks@Other.Example, false",
        "socks/proxy.example@EXAMPLE.TEST, socks/proxy.example@EXAMPLE.TEST, true",
    })
    void namesTheService(String service, String name, boolean principal) throws Exception {
        begin(GssapiInitiator.builder().service(service).build(), Command.CONNECT);
        ArgumentCaptor<Oid> type = ArgumentCaptor.forClass(Oid.class);
        verify(manager).createName(eq(name), type.capture());
        assertThat(type.getValue()).isEqualTo(principal ? JgssContext.PRINCIPAL : GSSName.NT_HOSTBASED_SERVICE);
    }

    @Test
    void sendsTheFirstToken() throws Exception {
        assertThat(begin(GssapiInitiator.builder().build(), Command.CONNECT))
                .isEqualTo(ByteBuffer.wrap(new byte[] {1, 1, 0, 1, 1}));
    }

    /** RFC 1961 section 3.2: of datagrams no order is required. */
    @ParameterizedTest
    @CsvSource({"CONNECT, true, false", "BIND, true, true", "UDP ASSOCIATE, false, false"})
    void asksForWhatTheCommandNeeds(String command, boolean ordered, boolean delegates) throws Exception {
        Command asked = List.of(Command.CONNECT, Command.BIND, Command.UDP_ASSOCIATE).stream()
                .filter(known -> known.toString().startsWith(command))
                .findFirst()
                .orElseThrow();
        GssapiInitiator.Builder builder = GssapiInitiator.builder();
        begin((delegates ? builder.delegate() : builder).build(), asked);
        verify(context).requestMutualAuth(true);
        verify(context).requestReplayDet(true);
        verify(context).requestSequenceDet(ordered);
        verify(context).requestInteg(true);
        verify(context).requestConf(true);
        verify(context).requestCredDeleg(delegates);
    }

    @ParameterizedTest
    @CsvSource({
        // the peer is known, replays noticed, order noticed; for CONNECT, for UDP ASSOCIATE
        "false, true,  true,  the proxy has not proved who it is, the proxy has not proved who it is",
        "true,  false, true,  would not be noticed, would not be noticed",
        "true,  true,  false, would not be noticed, ''",
        "true,  true,  true,  '', ''",
    })
    void takesNoContextThatGivesLess(boolean known, boolean replays, boolean order, String connect, String associate)
            throws Exception {
        when(context.isEstablished()).thenReturn(true);
        when(context.getIntegState()).thenReturn(true);
        when(context.getConfState()).thenReturn(true);
        when(context.getWrapSizeLimit(anyInt(), anyBoolean(), anyInt())).thenReturn(1000);
        when(context.wrap(any(byte[].class), anyInt(), anyInt(), any(MessageProp.class)))
                .thenReturn(new byte[] {2});
        when(context.getMutualAuthState()).thenReturn(known);
        when(context.getReplayDetState()).thenReturn(replays);
        when(context.getSequenceDetState()).thenReturn(order);
        GssapiInitiator initiator = GssapiInitiator.builder().build();
        assertOutcome(initiator, Command.CONNECT, connect);
        assertOutcome(initiator, Command.UDP_ASSOCIATE, associate);
    }

    private void assertOutcome(GssapiInitiator initiator, Command command, String failure) throws Exception {
        if (failure.isEmpty()) {
            assertThat(begin(initiator, command).hasRemaining()).isTrue();
            return;
        }
        assertThatThrownBy(() -> begin(initiator, command))
                .isInstanceOf(GssapiException.class)
                .hasMessageStartingWith("no security context with socks@proxy.example: ")
                .hasMessageContaining(failure);
    }

    /** The login fails before anybody is asked: there is no key. */
    @Test
    void aKeytabThatIsNotThereIsNoLogin(@TempDir Path folder) {
        GssapiInitiator initiator = GssapiInitiator.builder()
                .keytab("alice@EXAMPLE.TEST", folder.resolve("none"))
                .build();
        assertThatThrownBy(() -> begin(initiator, Command.CONNECT))
                .isInstanceOf(GssapiException.class)
                .hasMessageStartingWith("no security context with socks@proxy.example: ");
        managers.verify(GSSManager::getInstance, never());
    }

    @Test
    void refusesALevelThatNobodyCanAskFor() {
        GssapiInitiator.Builder builder = GssapiInitiator.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.level(new ProtectionLevel(4)));
    }

    @Test
    void namesTheServiceAndTheLevel() {
        assertThat(GssapiInitiator.builder().build())
                .hasToString("GssapiInitiator[socks, " + ProtectionLevel.CONFIDENTIALITY + "]");
    }
}
