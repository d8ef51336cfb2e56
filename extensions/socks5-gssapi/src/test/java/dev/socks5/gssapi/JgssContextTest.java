package dev.socks5.gssapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.socks5.codec.GssapiContext.Sequence;
import dev.socks5.codec.GssapiContext.Unwrapped;
import dev.socks5.codec.GssapiException;
import dev.socks5.codec.ProtectionLevel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.MessageProp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A context over one of the JDK's that says what the test wants. */
class JgssContextTest {

    private static final byte[] TOKEN = {1, 2, 3};

    private final GSSContext jdks = mock(GSSContext.class);
    private final List<byte[]> heard = new ArrayList<>();

    private JgssContext context(byte @Nullable ... answer) {
        return new JgssContext("with a test", Credentials.CURRENT, manager -> jdks, (made, token) -> {
            heard.add(token);
            return answer;
        });
    }

    private JgssContext established() throws GssapiException {
        JgssContext context = context(TOKEN);
        context.establish(TOKEN);
        return context;
    }

    private static JgssContext failing(Credentials credentials, Exception failure) {
        return new JgssContext(
                "with a test",
                credentials,
                manager -> {
                    throw failure instanceof GSSException expected
                            ? expected
                            : new GSSException(GSSException.FAILURE, -1, failure.getMessage());
                },
                (made, token) -> token);
    }

    @Test
    void passesTokensOnBothWays() throws Exception {
        assertThat(context(TOKEN).establish(new byte[] {9})).isEqualTo(TOKEN);
        assertThat(heard).containsExactly(new byte[] {9});
        assertThat(context((byte[]) null).establish(TOKEN)).isEmpty();
    }

    @Test
    void isMadeOnce() throws Exception {
        List<GSSContext> made = new ArrayList<>();
        JgssContext context = new JgssContext(
                "with a test",
                Credentials.CURRENT,
                manager -> {
                    made.add(jdks);
                    return jdks;
                },
                (known, token) -> token);
        assertThat(made).isEmpty();
        context.establish(TOKEN);
        context.establish(TOKEN);
        assertThat(made).hasSize(1);
    }

    @Test
    void saysWhyThereIsNoContext() {
        GSSException noTicket = new GSSException(GSSException.NO_CRED, -1, "no ticket");
        assertThatThrownBy(() -> failing(Credentials.CURRENT, noTicket).establish(TOKEN))
                .isInstanceOf(GssapiException.class)
                .hasMessageStartingWith("no security context with a test: ")
                .hasMessageContaining("no ticket")
                .hasCause(noTicket);
        Credentials locked = new Credentials() {
            @Override
            public <T> T use(Action<T> action) throws LoginException {
                throw new LoginException("no key");
            }
        };
        assertThatThrownBy(() -> failing(locked, noTicket).establish(TOKEN))
                .isInstanceOf(GssapiException.class)
                .hasMessage("no security context with a test: no key")
                .hasCauseInstanceOf(LoginException.class);
    }

    /** The JDK's own code fails in such ways over tokens that somebody has made up. */
    @Test
    void takesAnUncheckedExceptionForAFailure() {
        JgssContext context = new JgssContext("with a test", Credentials.CURRENT, manager -> jdks, (made, token) -> {
            throw new ArrayIndexOutOfBoundsException("7");
        });
        assertThatThrownBy(() -> context.establish(TOKEN))
                .isInstanceOf(GssapiException.class)
                .hasMessage("no security context with a test: 7");
        JgssContext silent = new JgssContext("with a test", Credentials.CURRENT, manager -> jdks, (made, token) -> {
            throw new WithoutMessage(new IllegalStateException("the reason"));
        });
        assertThatThrownBy(() -> silent.establish(TOKEN)).hasMessageEndingWith("IllegalStateException: the reason");
    }

    private static final class WithoutMessage extends RuntimeException {

        private static final long serialVersionUID = 1;

        WithoutMessage(Throwable cause) {
            super(null, cause);
        }
    }

    @Test
    void knowsNothingBeforeItIsMade() {
        JgssContext context = context(TOKEN);
        assertThat(context.isEstablished()).isFalse();
        assertThat(context.offers(ProtectionLevel.INTEGRITY)).isFalse();
        assertThat(context.offers(ProtectionLevel.NONE)).isTrue();
        assertThatThrownBy(context::peerName).isInstanceOf(GssapiException.class);
        assertThatThrownBy(() -> context.wrap(ByteBuffer.allocate(1), false)).isInstanceOf(GssapiException.class);
        assertThatThrownBy(() -> context.unwrap(TOKEN)).isInstanceOf(GssapiException.class);
        assertThatThrownBy(() -> context.greatestData(100, true)).isInstanceOf(GssapiException.class);
    }

    @ParameterizedTest
    @CsvSource({
        // integrity, confidentiality, replays noticed, order noticed; whether it offers either level
        "false, false, true,  true,  false, false",
        "false, true,  true,  true,  false, false",
        "true,  false, true,  true,  true,  false",
        "true,  true,  true,  true,  true,  true",
        "true,  true,  true,  false, true,  true",
        "true,  true,  false, true,  true,  true",
        "true,  true,  false, false, false, false",
    })
    void offersWhatTheMechanismCanDo(
            boolean integrity, boolean privacy, boolean replays, boolean order, boolean level1, boolean level2)
            throws Exception {
        when(jdks.getIntegState()).thenReturn(integrity);
        when(jdks.getConfState()).thenReturn(privacy);
        when(jdks.getReplayDetState()).thenReturn(replays);
        when(jdks.getSequenceDetState()).thenReturn(order);
        JgssContext context = established();
        assertThat(context.offers(ProtectionLevel.NONE)).isTrue();
        assertThat(context.offers(ProtectionLevel.INTEGRITY)).isEqualTo(level1);
        assertThat(context.offers(ProtectionLevel.CONFIDENTIALITY)).isEqualTo(level2);
    }

    @Test
    void namesThePeerOnEitherSide() throws Exception {
        GSSName alice = mock(GSSName.class);
        GSSName proxy = mock(GSSName.class);
        when(alice.toString()).thenReturn("alice@A.TEST");
        when(proxy.toString()).thenReturn("socks/p.test@A.TEST");
        when(jdks.getSrcName()).thenReturn(alice);
        when(jdks.getTargName()).thenReturn(proxy);
        assertThat(established().peerName()).isEqualTo("alice@A.TEST");
        when(jdks.isInitiator()).thenReturn(true);
        assertThat(established().peerName()).isEqualTo("socks/p.test@A.TEST");
    }

    @Test
    void aLimitIsNeverNegative() throws Exception {
        when(jdks.getWrapSizeLimit(0, true, 100)).thenReturn(60);
        when(jdks.getWrapSizeLimit(0, true, 10)).thenReturn(-30);
        assertThat(established().greatestData(100, true)).isEqualTo(60);
        assertThat(established().greatestData(10, true)).isZero();
    }

    /** Wraps by putting the data behind a mark, and says whether it has encrypted. */
    private void wraps(boolean encrypts) throws GSSException {
        when(jdks.wrap(any(byte[].class), anyInt(), anyInt(), any(MessageProp.class)))
                .thenAnswer(call -> {
                    ((MessageProp) call.getArgument(3)).setPrivacy(encrypts);
                    String data = new String(call.getArgument(0), StandardCharsets.US_ASCII);
                    return ("wrapped " + data).getBytes(StandardCharsets.US_ASCII);
                });
    }

    @Test
    void wrapsWhatIsBetweenPositionAndLimit() throws Exception {
        wraps(true);
        ByteBuffer data = StandardCharsets.US_ASCII.encode("abcde").position(1).limit(4);
        assertThat(established().wrap(data, true)).asString().isEqualTo("wrapped bcd");
        assertThat(data.hasRemaining()).isFalse();
    }

    @Test
    void aMessageThatIsNotEncryptedIsNotSent() throws Exception {
        wraps(false);
        JgssContext context = established();
        assertThatThrownBy(() -> context.wrap(ByteBuffer.allocate(1), true))
                .isInstanceOf(GssapiException.class)
                .hasMessageContaining("not encrypted");
        assertThat(context.wrap(ByteBuffer.allocate(1), false)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // duplicate, old, out of sequence, after a gap
        "false, false, false, false, NEXT",
        "true,  false, false, false, REPLAYED",
        "false, true,  false, false, REPLAYED",
        "false, false, true,  false, OUT_OF_SEQUENCE",
        "false, false, false, true,  OUT_OF_SEQUENCE",
        "true,  false, true,  true,  REPLAYED",
    })
    void unwrapsAndSaysInWhichOrder(boolean duplicate, boolean old, boolean unordered, boolean gap, Sequence sequence)
            throws Exception {
        when(jdks.unwrap(any(byte[].class), anyInt(), anyInt(), any(MessageProp.class)))
                .thenAnswer(call -> {
                    MessageProp properties = call.getArgument(3);
                    properties.setPrivacy(true);
                    properties.setSupplementaryStates(duplicate, old, unordered, gap, 0, null);
                    return new byte[] {4, 5};
                });
        Unwrapped unwrapped = established().unwrap(TOKEN);
        assertThat(unwrapped.data()).isEqualTo(ByteBuffer.wrap(new byte[] {4, 5}));
        assertThat(unwrapped.confidential()).isTrue();
        assertThat(unwrapped.sequence()).isEqualTo(sequence);
        verify(jdks).unwrap(any(byte[].class), anyInt(), anyInt(), any(MessageProp.class));
    }

    @Test
    void saysWhatCannotBeDone() throws Exception {
        when(jdks.unwrap(any(byte[].class), anyInt(), anyInt(), any(MessageProp.class)))
                .thenThrow(new GSSException(GSSException.BAD_MIC));
        when(jdks.getWrapSizeLimit(anyInt(), anyBoolean(), anyInt())).thenThrow(new IllegalStateException("closed"));
        when(jdks.isEstablished()).thenReturn(true);
        when(jdks.getIntegState()).thenReturn(true);
        JgssContext context = established();
        assertThat(context.isEstablished()).isTrue();
        assertThatThrownBy(() -> context.unwrap(TOKEN))
                .isInstanceOf(GssapiException.class)
                .hasMessageStartingWith("a message is not what the peer has protected: ");
        assertThatThrownBy(() -> context.greatestData(1, true))
                .isInstanceOf(GssapiException.class)
                .hasMessage("no limit is known: closed");
    }

    @Test
    void isOfNoUseOnceClosed() throws Exception {
        JgssContext context = established();
        context.close();
        verify(jdks).dispose();
        assertThatThrownBy(() -> context.establish(TOKEN)).isInstanceOf(GssapiException.class);
        assertThatThrownBy(() -> context.unwrap(TOKEN)).isInstanceOf(GssapiException.class);
        assertThat(heard).hasSize(1);
        verify(jdks, never()).unwrap(any(byte[].class), anyInt(), anyInt(), any(MessageProp.class));
        JgssContext unmade = context(TOKEN);
        unmade.close();
        assertThatThrownBy(() -> unmade.establish(TOKEN)).isInstanceOf(GssapiException.class);
        assertThat(heard).hasSize(1);
    }

    /** Whoever closes does not wait for a step, which may make keys until it returns. */
    @Test
    void whatAStepLeavesBehindIsDisposedOf() throws Exception {
        List<JgssContext> contexts = new ArrayList<>();
        JgssContext context = new JgssContext("with a test", Credentials.CURRENT, manager -> jdks, (made, token) -> {
            contexts.get(0).close();
            verify(jdks, times(1)).dispose();
            return TOKEN;
        });
        contexts.add(context);
        assertThat(context.establish(TOKEN)).isEqualTo(TOKEN);
        verify(jdks, times(2)).dispose();
    }

    @Test
    void aCloseThatFailsDoesNoHarm() throws Exception {
        JgssContext context = established();
        doThrow(new GSSException(GSSException.FAILURE)).when(jdks).dispose();
        assertThatNoException().isThrownBy(context::close);
        doThrow(new IllegalStateException()).when(jdks).dispose();
        assertThatNoException().isThrownBy(context::close);
    }
}
