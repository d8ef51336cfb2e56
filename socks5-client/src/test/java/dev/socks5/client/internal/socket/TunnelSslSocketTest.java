package dev.socks5.client.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.DialerTest;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.mockito.invocation.Invocation;

/** Every call goes on to the right socket; what a call does is tested by {@code SslSocketFactoryTest}. */
class TunnelSslSocketTest {

    /** They do more than go on. */
    private static final Set<String> OTHERS = Set.of(
            "connect",
            "close",
            "setSSLParameters",
            "addHandshakeCompletedListener",
            "removeHandshakeCompletedListener",
            "setHandshakeApplicationProtocolSelector",
            "getHandshakeApplicationProtocolSelector",
            "toString");

    private static final Set<String> BELOW_TLS = Set.of("setOption", "getOption", "supportedOptions");

    /** For parameters, and what a mock returns. */
    private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
            Map.entry(int.class, 42),
            Map.entry(boolean.class, true),
            Map.entry(String.class, "a"),
            Map.entry(String[].class, new String[] {"a"}),
            Map.entry(Object.class, true),
            Map.entry(SocketOption.class, StandardSocketOptions.TCP_NODELAY),
            Map.entry(Set.class, Set.of(StandardSocketOptions.TCP_NODELAY)),
            Map.entry(SocketAddress.class, new InetSocketAddress(0)),
            Map.entry(InetAddress.class, InetAddress.getLoopbackAddress()),
            Map.entry(SocketChannel.class, mock(SocketChannel.class)),
            Map.entry(InputStream.class, InputStream.nullInputStream()),
            Map.entry(OutputStream.class, OutputStream.nullOutputStream()),
            Map.entry(SSLParameters.class, new SSLParameters()),
            Map.entry(SSLSession.class, mock(SSLSession.class)));

    private final Socks5Socket tunnel = answering(Socks5Socket.class);
    private final SSLSocket settings = answering(SSLSocket.class);
    private final SSLSocket secured = answering(SSLSocket.class);
    private final TunnelSslSocket socket = new TunnelSslSocket(tunnel, factory(), settings);

    private static <T> T answering(Class<T> type) {
        return mock(
                type,
                withSettings()
                        .defaultAnswer(call -> SAMPLES.get(call.getMethod().getReturnType())));
    }

    private TunnelSslSocketFactory factory() {
        SSLSocketFactory tls = mock(SSLSocketFactory.class);
        try {
            when(tls.createSocket(any(), any(), anyInt(), anyBoolean())).thenReturn(secured);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return new TunnelSslSocketFactory(new Dialer(DialerTest.route("127.0.0.1", Duration.ofSeconds(1))), tls);
    }

    /** All that the JDK has now, whichever that is. */
    private static Stream<Method> methods() {
        return Arrays.stream(SSLSocket.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getDeclaringClass() != Object.class);
    }

    @Test
    void everyMethodIsOverridden() {
        assertThat(methods())
                .hasSizeGreaterThan(60)
                .allSatisfy(method -> assertThat(TunnelSslSocket.class
                                .getMethod(method.getName(), method.getParameterTypes())
                                .getDeclaringClass()
                                .getPackageName())
                        .as(method.toString())
                        .isEqualTo(TunnelSslSocket.class.getPackageName()));
    }

    @TestFactory
    Stream<DynamicTest> goesOnBeforeTheConnect() {
        return forwarded()
                .map(method -> dynamicTest(method.toString(), () -> {
                    boolean ofTls = method.getDeclaringClass() == SSLSocket.class
                            && !method.getName().equals("toString");
                    assertGoesOn(method, ofTls ? settings : tunnel);
                }));
    }

    @TestFactory
    Stream<DynamicTest> goesOnOnceConnected() throws Exception {
        socket.connect(new InetSocketAddress(0));
        return forwarded()
                .map(method -> dynamicTest(
                        method.toString(),
                        () -> assertGoesOn(method, BELOW_TLS.contains(method.getName()) ? tunnel : secured)));
    }

    private static Stream<Method> forwarded() {
        return methods().filter(method -> !OTHERS.contains(method.getName()));
    }

    private void assertGoesOn(Method method, Socket target) throws Exception {
        Object[] arguments =
                Arrays.stream(method.getParameterTypes()).map(SAMPLES::get).toArray();
        int before = calls().size();
        Object result = method.invoke(socket, arguments);
        assertThat(calls()).hasSize(before + 1);
        Invocation call = mockingDetails(target).getInvocations().stream()
                .reduce((earlier, later) -> later)
                .orElseThrow();
        assertThat(call.getMethod().getName()).isEqualTo(method.getName());
        assertThat(call.getMethod().getParameterTypes()).isEqualTo(method.getParameterTypes());
        assertThat(call.getArguments()).isEqualTo(arguments);
        assertThat(result)
                .isEqualTo(method.getReturnType() == Socket.class ? socket : SAMPLES.get(method.getReturnType()));
    }

    private List<Invocation> calls() {
        return Stream.of(tunnel, settings, secured)
                .flatMap(mock -> mockingDetails(mock).getInvocations().stream())
                .toList();
    }

    /** The other thread had only the tunnel, which a mock says is closed. */
    @Test
    void closedWhileItConnectsItStaysClosed() throws Exception {
        socket.connect(new InetSocketAddress(0));
        verify(secured).close();
    }

    @Test
    void settingsThatAreRefusedCloseTheTunnel() throws Exception {
        doThrow(new IllegalArgumentException()).when(secured).setSSLParameters(any());
        assertThatThrownBy(() -> socket.connect(new InetSocketAddress(0))).isInstanceOf(IllegalArgumentException.class);
        verify(secured).close();
    }

    @Test
    void listensOnceForEachListener() throws Exception {
        socket.connect(new InetSocketAddress(0));
        HandshakeCompletedListener listener = event -> {};
        socket.addHandshakeCompletedListener(listener);
        socket.addHandshakeCompletedListener(listener);
        verify(secured).addHandshakeCompletedListener(any());
    }

    /** Android's own take null for a wish not to check. */
    @Test
    void parametersWithoutAnAlgorithmDoNotSwitchTheCheckOff() {
        SSLParameters taken = new SSLParameters();
        when(settings.getSSLParameters()).thenReturn(taken);
        socket.setSSLParameters(new SSLParameters());
        assertThat(taken.getEndpointIdentificationAlgorithm()).isEqualTo("HTTPS");
        verify(settings).setSSLParameters(taken);
    }
}
