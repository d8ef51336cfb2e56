package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.socks5.codec.Endpoint;
import dev.socks5.testing.Authority;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Comparator;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The class that libraries make by its name; it takes the JVM's default context, which these tests set. */
@Timeout(60)
class Socks5SslSocketFactoryTest {

    private static final String PROPERTY = "dev.socks5.proxy";
    private static final String NAME = "server.example";

    private final Authority authority = new Authority();
    private SSLContext previous;

    @BeforeEach
    void trust() throws Exception {
        previous = SSLContext.getDefault();
        SSLContext.setDefault(authority.context());
    }

    @AfterEach
    void clear() {
        SSLContext.setDefault(previous);
        System.clearProperty(PROPERTY);
    }

    private ScriptedProxy proxy() throws Exception {
        return ScriptedProxy.tunnel(new TlsEnd(authority.context(authority.issue("server", NAME, "127.0.0.1"))));
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    private static void assertEchoes(Socket socket) throws IOException {
        assertThat(socket).isInstanceOf(SSLSocket.class);
        socket.getOutputStream().write(42);
        assertThat(socket.getInputStream().read()).isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void everyMethodConnectsThroughTheProxyOfTheUri(int method) throws Exception {
        try (ScriptedProxy proxy = proxy()) {
            SocketFactory factory = Class.forName("dev.socks5.client.Socks5SslSocketFactory")
                    .asSubclass(SocketFactory.class)
                    .getConstructor(String.class)
                    .newInstance("socks5h://" + Endpoint.of(proxy.address()));
            try (Socket socket = switch (method) {
                case 0 -> factory.createSocket();
                case 1 -> factory.createSocket(NAME, 443);
                case 2 -> factory.createSocket(NAME, 443, loopback(), 0);
                case 3 -> factory.createSocket(loopback(), 443);
                default -> factory.createSocket(loopback(), 443, loopback(), 0);
            }) {
                if (method == 0) {
                    socket.connect(InetSocketAddress.createUnresolved(NAME, 443));
                }
                assertEchoes(socket);
            }
            assertThat(proxy.received())
                    .startsWith("05 01 00 05 01 00 " + (method < 3 ? "03 0e 73" : "01 7f 00 00 01"));
        }
    }

    /** JNDI's LDAP and Jakarta Mail make no object: they call this, and what SocketFactory has goes direct. */
    @Test
    void theStaticDefaultGoesThroughTheProxyOfTheProperty() throws Exception {
        try (ScriptedProxy proxy = proxy()) {
            System.setProperty(PROPERTY, "socks5h://" + Endpoint.of(proxy.address()));
            Object factory = Class.forName("dev.socks5.client.Socks5SslSocketFactory")
                    .getMethod("getDefault")
                    .invoke(null);
            assertThat(factory).isInstanceOf(Socks5SslSocketFactory.class);
            try (Socket socket = ((SocketFactory) factory).createSocket(NAME, 443)) {
                assertEchoes(socket);
            }
            assertThat(proxy.received()).contains(" 73 65 72 76 65 72 ");
        }
    }

    /** What JNDI's LDAP looks for before it pools connections: the interface itself, and these methods declared. */
    @Test
    void jndiMayPoolItsConnections() throws Exception {
        assertThat(Socks5SslSocketFactory.class.getInterfaces()).contains(Comparator.class);
        Method compare = Socks5SslSocketFactory.class.getDeclaredMethod("compare", Object.class, Object.class);
        Socks5SslSocketFactory factory = new Socks5SslSocketFactory("socks5h://proxy.example");
        String name = Socks5SslSocketFactory.class.getName();
        assertThat(compare.invoke(factory, name, name)).isEqualTo(0);
        assertThat(compare.invoke(factory, name, "another.Factory")).isNotEqualTo(0);
        assertThat(Socks5SslSocketFactory.class.getDeclaredMethod("getDefault").getReturnType())
                .isEqualTo(SocketFactory.class);
    }

    @Test
    void withoutAProxyThereIsNoFactory() {
        assumeTrue(System.getenv("ALL_PROXY") == null && System.getenv("all_proxy") == null, "a proxy is set here");
        assertThatThrownBy(Socks5SslSocketFactory::new)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(PROPERTY, "ALL_PROXY");
        assertThatThrownBy(Socks5SslSocketFactory::getDefault).isInstanceOf(IllegalStateException.class);
    }
}
