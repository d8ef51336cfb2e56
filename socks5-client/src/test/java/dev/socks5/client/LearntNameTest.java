package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.socks5.client.internal.jdk.NamelessAddress;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A name that an address has learnt by a reverse look-up: whoever owns the address has chosen it, so nothing may depend
 * on it. {@code InetAddress.getByAddress(name, octets)} makes an address that looks the same.
 */
@Timeout(60)
class LearntNameTest {

    private static final byte[] OCTETS = {(byte) 192, 0, 2, 1};
    private static final String NAME_REQUEST = "05 01 00 03 07 61 2e 62 2e 63 2e 64 00 50";
    private static final String ADDRESS_REQUEST = "05 01 00 01 c0 00 02 01 00 50";

    @FunctionalInterface
    private interface Way {
        Socket connect(SocketFactory factory, InetAddress address) throws IOException;
    }

    private static final Way CREATED = (factory, address) -> factory.createSocket(address, 80);
    private static final Way CREATED_AND_BOUND = (factory, address) -> factory.createSocket(address, 80, loopback(), 0);
    private static final Way CONNECTED = (factory, address) -> {
        Socket socket = factory.createSocket();
        socket.connect(new InetSocketAddress(address, 80), 10_000);
        return socket;
    };

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    private static InetAddress named() throws IOException {
        return InetAddress.getByAddress("a.b.c.d", OCTETS);
    }

    private static String requested(Way way, InetAddress address, boolean standsForName) throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socks5ClientBuilder builder = proxy.clientBuilder();
            Socks5Client client = (standsForName ? builder.addressesStandForNames() : builder).build();
            way.connect(client.socketFactory(), address).close();
            return proxy.received().substring("05 01 00 ".length());
        }
    }

    /** The real thing: every system knows a name of its loopback address. */
    @Test
    void askingForTheNameChangesNothing() throws Exception {
        for (Way way : List.of(CREATED, CREATED_AND_BOUND, CONNECTED)) {
            InetAddress address = loopback();
            assumeFalse(address.getHostName().equals("127.0.0.1"), "this machine has no name for loopback");
            assertThat(requested(way, address, false)).isEqualTo("05 01 00 01 7f 00 00 01 00 50");
        }
    }

    @Test
    void anAddressMeansTheAddress() throws Exception {
        for (Way way : List.of(CREATED, CREATED_AND_BOUND, CONNECTED)) {
            assertThat(requested(way, named(), false)).isEqualTo(ADDRESS_REQUEST);
        }
    }

    @Test
    void whereAddressesStandForNamesOnlyConnectSendsTheName() throws Exception {
        assertThat(requested(CONNECTED, named(), true)).isEqualTo(NAME_REQUEST);
        assertThat(requested(CREATED, named(), true)).isEqualTo(ADDRESS_REQUEST);
        assertThat(requested(CREATED_AND_BOUND, named(), true)).isEqualTo(ADDRESS_REQUEST);
        assertThat(requested(CONNECTED, InetAddress.getByAddress(OCTETS), true)).isEqualTo(ADDRESS_REQUEST);
    }

    @Test
    void aNameThatCannotBeSentIsNeitherSentNorReplacedByItsAddress() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            SocketFactory factory =
                    proxy.clientBuilder().addressesStandForNames().build().socketFactory();
            InetAddress address = InetAddress.getByAddress("n".repeat(256), OCTETS);
            assertThatThrownBy(() -> CONNECTED.connect(factory, address)).isInstanceOf(UnknownHostException.class);
            assertThat(proxy.isUntouched()).isTrue();
        }
    }

    /** Else whoever owns an address would decide whether it is reached without the proxy. */
    @Test
    void rulesForWhatGoesDirectSeeTheAddress() throws Exception {
        List<Endpoint> asked = new CopyOnWriteArrayList<>();
        for (Way way : List.of(CREATED, CONNECTED)) {
            try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
                Socks5Client client = proxy.clientBuilder()
                        .direct(destination -> !asked.add(destination))
                        .build();
                way.connect(client.socketFactory(), named()).close();
            }
        }
        assertThat(asked).hasSize(2).containsOnly(Endpoint.of("192.0.2.1", 80));
    }

    /** The JDK looks up the name of a proxy's address if that has one, and dials what it finds. */
    @Test
    void theJdkIsGivenAProxyWithoutAName() throws Exception {
        InetSocketAddress known = new InetSocketAddress(named(), 1080);
        Socks5ProxySelector selector = Socks5ProxySelector.builder()
                .otherwise(Socks5Client.builder().proxy(known).build())
                .build();
        InetSocketAddress first = selected(selector);
        assertThat(first).isEqualTo(known);
        assertThat(first.getHostString()).isEqualTo("192.0.2.1");
        assertThat(selected(selector).getAddress())
                .as("what one learns is not the next one's")
                .isNotSameAs(first.getAddress());
    }

    @Test
    void theProxysZoneIsKeptWithoutItsName() throws Exception {
        byte[] octets = InetAddress.getByName("fe80::1").getAddress();
        for (int scope : new int[] {-1, 7}) {
            InetAddress named = Inet6Address.getByAddress("a.b.c.d", octets, scope);
            InetSocketAddress nameless = NamelessAddress.of(new InetSocketAddress(named, 1080));
            assertThat(nameless.getHostString()).isEqualTo("fe80:0:0:0:0:0:0:1" + (scope < 0 ? "" : "%7"));
        }
    }

    private static InetSocketAddress selected(Socks5ProxySelector selector) {
        Proxy proxy = selector.select(URI.create("socket://example.com:443")).get(0);
        return (InetSocketAddress) proxy.address();
    }
}
