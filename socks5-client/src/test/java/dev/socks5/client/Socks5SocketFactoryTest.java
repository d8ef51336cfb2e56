package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.socks5.codec.Endpoint;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Comparator;
import java.util.List;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The class that drivers make by its name. */
@Timeout(60)
class Socks5SocketFactoryTest {

    private static final String PROPERTY = "dev.socks5.proxy";

    @AfterEach
    void clear() {
        System.clearProperty(PROPERTY);
    }

    private static SocketFactory byName(Class<?>[] types, Object... arguments) throws Exception {
        return Class.forName("dev.socks5.client.Socks5SocketFactory")
                .asSubclass(SocketFactory.class)
                .getConstructor(types)
                .newInstance(arguments);
    }

    @Test
    void everyMethodConnectsThroughTheProxyOfTheUri() throws Exception {
        InetAddress address = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
        InetAddress local = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        for (int method = 0; method < 5; method++) {
            try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
                SocketFactory factory =
                        byName(new Class<?>[] {String.class}, "socks5h://" + Endpoint.of(proxy.address()));
                Socket socket = switch (method) {
                    case 0 -> factory.createSocket();
                    case 1 -> factory.createSocket("a.b", 80);
                    case 2 -> factory.createSocket("a.b", 80, local, 0);
                    case 3 -> factory.createSocket(address, 80);
                    default -> factory.createSocket(address, 80, local, 0);
                };
                if (method == 0) {
                    socket.connect(Endpoint.of("a.b", 80).toInetSocketAddress());
                }
                socket.close();
                assertThat(proxy.received())
                        .endsWith(method < 3 ? "05 01 00 03 03 61 2e 62 00 50" : "05 01 00 01 c0 00 02 01 00 50");
            }
        }
    }

    @Test
    void thePropertyIsReadIfThereIsNoArgument() throws Exception {
        for (Object[] arguments : new Object[][] {{}, {null}}) {
            try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
                System.setProperty(PROPERTY, "socks5h://" + Endpoint.of(proxy.address()));
                Class<?>[] types = arguments.length == 0 ? new Class<?>[0] : new Class<?>[] {String.class};
                SocketFactory factory = byName(types, arguments);
                System.clearProperty(PROPERTY);
                factory.createSocket("a.b", 80).close();
                assertThat(proxy.received()).endsWith("03 03 61 2e 62 00 50");
            }
        }
    }

    /** JNDI's LDAP and Jakarta Mail make no object: they call this, and what SocketFactory has goes direct. */
    @Test
    void theStaticDefaultGoesThroughTheProxyOfTheProperty() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            System.setProperty(PROPERTY, "socks5h://" + Endpoint.of(proxy.address()));
            SocketFactory factory = (SocketFactory) Class.forName("dev.socks5.client.Socks5SocketFactory")
                    .getMethod("getDefault")
                    .invoke(null);
            assertThat(factory).isInstanceOf(Socks5SocketFactory.class);
            factory.createSocket("a.b", 80).close();
            assertThat(proxy.received()).endsWith("03 03 61 2e 62 00 50");
        }
    }

    /** What JNDI's LDAP looks for before it pools connections: the interface itself, and these methods declared. */
    @Test
    void jndiMayPoolItsConnections() throws Exception {
        assertThat(Socks5SocketFactory.class.getInterfaces()).contains(Comparator.class);
        Method compare = Socks5SocketFactory.class.getDeclaredMethod("compare", Object.class, Object.class);
        Socks5SocketFactory factory = new Socks5SocketFactory("socks5h://proxy.example");
        String name = Socks5SocketFactory.class.getName();
        assertThat(compare.invoke(factory, name, name)).isEqualTo(0);
        assertThat(compare.invoke(factory, name, "another.Factory")).isNotEqualTo(0);
        assertThat(Socks5SocketFactory.class.getDeclaredMethod("getDefault").getReturnType())
                .isEqualTo(SocketFactory.class);
    }

    @Test
    void withoutAProxyThereIsNoFactory() {
        assumeTrue(System.getenv("ALL_PROXY") == null && System.getenv("all_proxy") == null, "a proxy is set here");
        assertThatThrownBy(Socks5SocketFactory::new)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(PROPERTY, "ALL_PROXY");
        assertThatThrownBy(Socks5SocketFactory::getDefault).isInstanceOf(IllegalStateException.class);
        System.setProperty(PROPERTY, "");
        assertThatThrownBy(Socks5SocketFactory::new).isInstanceOf(IllegalStateException.class);
    }

    /** By an argument and by the property. */
    @Test
    void addressesStandForNamesIfTheTextSaysSo() throws Exception {
        InetAddress address = InetAddress.getByAddress("a.b", new byte[] {(byte) 192, 0, 2, 1});
        for (boolean byProperty : new boolean[] {false, true}) {
            for (boolean standsForName : new boolean[] {false, true}) {
                try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
                    String uri = "socks5h://alice:s3cret?@" + Endpoint.of(proxy.address())
                            + (standsForName ? "?addressesStandForNames" : "");
                    System.setProperty(PROPERTY, uri);
                    SocketFactory factory = byProperty ? new Socks5SocketFactory() : new Socks5SocketFactory(uri);
                    Socket socket = factory.createSocket();
                    socket.connect(new InetSocketAddress(address, 80));
                    socket.close();
                    assertThat(proxy.received())
                            .endsWith(
                                    standsForName ? "05 01 00 03 03 61 2e 62 00 50" : "05 01 00 01 c0 00 02 01 00 50");
                }
            }
        }
    }

    @Test
    void optionsAreJoined() throws Exception {
        InetAddress address = InetAddress.getByAddress("a.b", new byte[] {(byte) 192, 0, 2, 1});
        for (String options : List.of("addressesStandForNames&placeholderAddresses", "placeholderAddresses")) {
            try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
                SocketFactory factory =
                        new Socks5SocketFactory("socks5h://" + Endpoint.of(proxy.address()) + "/?" + options);
                try (Socket socket = factory.createSocket()) {
                    socket.connect(new InetSocketAddress(address, 80));
                    assertThat(socket.getInetAddress()).isSameAs(address);
                }
                assertThat(proxy.received()).contains(options.startsWith("a") ? " 03 03 61 2e 62" : " 01 c0 00 02 01");
            }
        }
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd);
                Socket socket = new Socks5SocketFactory(
                                "socks5h://" + Endpoint.of(proxy.address()) + "?placeholderAddresses")
                        .createSocket("a.b", 80)) {
            assertThat(socket.getInetAddress().getHostName()).isEqualTo("a.b");
        }
    }

    @Test
    void bytesAreSentAheadIfTheTextSaysSo() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 00 05 01 00 03 03 61 2e 62 00 50");
            client.send(ScriptedProxy.NO_AUTHENTICATION + " " + ScriptedProxy.SUCCESS);
            client.awaitEnd();
        })) {
            String uri = "socks5h://" + Endpoint.of(proxy.address()) + "?placeholderAddresses&sendAhead";
            new Socks5SocketFactory(uri).createSocket("a.b", 80).close();
            proxy.received();
        }
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 02 01 01 75 01 70 05 01 00 03 03 61 2e 62 00 50");
            client.send(
                    ScriptedProxy.LOGIN_SELECTED + " " + ScriptedProxy.LOGIN_ACCEPTED + " " + ScriptedProxy.SUCCESS);
            client.awaitEnd();
        })) {
            String uri = "socks5h://u:p@" + Endpoint.of(proxy.address()) + "?sendAhead=login";
            new Socks5SocketFactory(uri).createSocket("a.b", 80).close();
            proxy.received();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?",
                "?s3cret",
                "?addressesStandForNames&",
                "?addressesStandForNames=1",
                "?placeholderAddresses,",
                "/?addressesstandfornames"
            })
    void unknownOptionsAreRefusedAndNotRepeated(String options) {
        assertThatThrownBy(() -> new Socks5SocketFactory("socks5h://proxy.example" + options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("addressesStandForNames")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void whatIsNoUriIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> new Socks5SocketFactory("http://alice:s3cret@proxy.example"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cret");
        System.setProperty(PROPERTY, "s3cret");
        assertThatThrownBy(Socks5SocketFactory::new)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cret");
    }
}
