package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.socks5.codec.Endpoint;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every public method that is given {@code null} for what must not be that says for which parameter. */
class NullParametersTest {

    private static final Socks5Client CLIENT =
            Socks5Client.builder().proxy("127.0.0.1", 1).build();

    /** What the other parameters get. */
    private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
            Map.entry(String.class, "socks5h://a.b"),
            Map.entry(int.class, 1),
            Map.entry(boolean.class, true),
            Map.entry(byte[].class, new byte[1]),
            Map.entry(Object.class, "a"),
            Map.entry(Endpoint.class, Endpoint.of("192.0.2.1", 1)),
            Map.entry(InetAddress.class, InetAddress.getLoopbackAddress()),
            Map.entry(Predicate.class, (Predicate<Endpoint>) all -> true),
            Map.entry(Socks5Client.class, CLIENT),
            Map.entry(Socks5Client[].class, new Socks5Client[0]),
            Map.entry(URI.class, URI.create("http://a.b")),
            Map.entry(SocketAddress.class, InetSocketAddress.createUnresolved("a.b", 1)),
            Map.entry(InetSocketAddress.class, InetSocketAddress.createUnresolved("a.b", 1)),
            Map.entry(Socket.class, new Socket()),
            Map.entry(SSLSocketFactory.class, SSLSocketFactory.getDefault()),
            Map.entry(IOException.class, new IOException()));

    private static final Set<String> UNSUPPORTED = Set.of("joinGroup", "leaveGroup");

    private final List<Closeable> opened = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Closeable closeable : opened) {
            closeable.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> everyReferenceThatMustNotBeNull() throws IOException {
        ScriptedRelay relay = new ScriptedRelay();
        Socks5DatagramSocket datagrams = relay.associate();
        ScriptedProxy listening = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send(ScriptedProxy.SUCCESS);
            client.awaitEnd();
        });
        RemoteListener listener = listening.client().bind();
        opened.addAll(List.of(datagrams, relay::close, listener, listening::close));
        return Stream.of(
                        CLIENT,
                        Socks5Client.builder(),
                        NoProxy.parse(""),
                        CLIENT.proxySelector(),
                        Socks5ProxySelector.builder(),
                        new Socks5SocketFactory("socks5h://a.b"),
                        CLIENT.socketFactory(),
                        new Socks5SslSocketFactory("socks5h://a.b"),
                        CLIENT.sslSocketFactory(),
                        listener,
                        datagrams)
                .flatMap(object -> Arrays.stream(object.getClass().getMethods())
                        .filter(NullParametersTest::isOfTheApi)
                        .filter(method -> !method.isBridge() && !UNSUPPORTED.contains(method.getName()))
                        .flatMap(method -> tests(object, method)));
    }

    /** What is behind the API may be called by it alone, except for what the API declares. */
    private static boolean isOfTheApi(Method method) {
        String declaring = method.getDeclaringClass().getPackageName();
        return declaring.equals("dev.socks5.client")
                || (declaring.startsWith("dev.socks5.client.internal") && !Modifier.isStatic(method.getModifiers()));
    }

    private static Stream<DynamicTest> tests(Object object, Method method) {
        return Stream.of(dynamicTest(
                object.getClass().getSimpleName() + "." + method.getName()
                        + Arrays.toString(method.getParameterTypes()),
                () -> {
                    Set<String> named = new HashSet<>();
                    int tried = 0;
                    for (int i = 0; i < method.getParameterCount(); i++) {
                        if (mayBeNull(method, i)) {
                            continue;
                        }
                        tried++;
                        named.add(complaint(object, method, i));
                    }
                    assertThat(named).as("one name for each").hasSize(tried);
                }));
    }

    private static boolean mayBeNull(Method method, int parameter) {
        return method.getParameterTypes()[parameter].isPrimitive()
                || (method.getParameterTypes()[parameter].isArray() && method.isVarArgs())
                || method.getAnnotatedParameterTypes()[parameter].isAnnotationPresent(Nullable.class);
    }

    private static String complaint(Object object, Method method, int parameter) throws IllegalAccessException {
        Object[] arguments =
                Arrays.stream(method.getParameterTypes()).map(SAMPLES::get).toArray();
        arguments[parameter] = null;
        try {
            method.setAccessible(true);
            method.invoke(Modifier.isStatic(method.getModifiers()) ? null : object, arguments);
        } catch (InvocationTargetException e) {
            Throwable failure = e.getTargetException();
            assertThat(failure).isInstanceOfAny(NullPointerException.class, IllegalArgumentException.class);
            assertThat(failure.getMessage())
                    .as(method + ", parameter " + parameter)
                    .matches("[a-z][A-Za-z]*( is null)?");
            return String.valueOf(failure.getMessage());
        }
        throw new AssertionError(method + " takes null for parameter " + parameter);
    }
}
