package dev.socks5.client;

import static dev.socks5.codec.ProtectionLevel.CONFIDENTIALITY;
import static dev.socks5.codec.ProtectionLevel.INTEGRITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.testing.Authority;
import dev.socks5.testing.GssapiPeer;
import dev.socks5.testing.TlsFront;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several proxies in a row, of which any may be reached by TLS, protect by GSSAPI, or do both. */
@Timeout(60)
class TlsChainTest {

    private static final Endpoint SECOND = Endpoint.of("second.test", 1082);
    private static final Endpoint DESTINATION = Endpoint.of("a.b", 80);

    private static SSLContext trusting;
    private static TlsFront ofFirst;
    private static TlsFront ofSecond;

    @BeforeAll
    static void makeCertificates() throws Exception {
        Authority authority = new Authority();
        trusting = authority.context();
        ofFirst = new TlsFront(authority.context(authority.issue("The first", "127.0.0.1")));
        ofSecond = new TlsFront(authority.context(authority.issue("The second", "second.test")));
    }

    /** What a connection is to the proxy that it has reached. */
    private record Streams(InputStream in, OutputStream out) {

        private Streams secured(TlsFront front, boolean tls) throws IOException {
            if (!tls) {
                return this;
            }
            SSLSocket socket = front.accept(in, out);
            return new Streams(socket.getInputStream(), socket.getOutputStream());
        }

        private Streams passed(boolean protects, Endpoint expected) throws IOException {
            GssapiPeer peer = GssapiPeer.of(in, out);
            if (protects) {
                peer.negotiate(INTEGRITY);
            } else {
                peer.selectNothing();
            }
            assertThat(peer.accept()).isEqualTo(Request.connect(expected));
            return protects ? new Streams(peer.input(), peer.output()) : this;
        }
    }

    private static Socks5Client client(Socks5ClientBuilder builder, boolean tls, boolean protects, GssapiUser user) {
        Socks5ClientBuilder protecting = protects ? builder.gssapi(user) : builder;
        return (tls ? protecting.tls(trusting) : protecting).build();
    }

    @ParameterizedTest
    @CsvSource({
        "true,false,false,false",
        "false,false,true,false",
        "true,false,true,false",
        "false,true,true,false",
        "true,true,false,false",
        "true,true,true,true",
        "false,false,true,true"
    })
    void layersLieOnEachOther(boolean firstTls, boolean firstProtects, boolean secondTls, boolean secondProtects)
            throws Exception {
        GssapiUser one = new GssapiUser("one", CONFIDENTIALITY, false);
        GssapiUser two = new GssapiUser("two", CONFIDENTIALITY, false);
        byte[] much = new byte[300_000];
        Arrays.fill(much, (byte) 7);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                    Streams raw = new Streams(
                            client.socket().getInputStream(), client.socket().getOutputStream());
                    Streams tunnel = raw.secured(ofFirst, firstTls)
                            .passed(firstProtects, SECOND)
                            .secured(ofSecond, secondTls)
                            .passed(secondProtects, DESTINATION);
                    tunnel.out().write(much);
                    assertThat(tunnel.in().readNBytes(much.length)).isEqualTo(much);
                    assertThat(tunnel.in().read()).isNegative();
                    client.awaitEnd();
                });
                Wiretap tap = new Wiretap(proxy.address())) {
            Socks5ClientBuilder first = Socks5Client.builder().proxy("127.0.0.1", tap.port());
            Socks5ClientBuilder second = Socks5Client.builder().proxy("second.test", 1082);
            Socks5Client chain =
                    client(second, secondTls, secondProtects, two).through(client(first, firstTls, firstProtects, one));
            try (Socket socket = chain.connect(DESTINATION)) {
                assertThat(socket.getInputStream().readNBytes(much.length)).isEqualTo(much);
                socket.getOutputStream().write(much);
                socket.shutdownOutput();
                assertThat(socket.isClosed()).isFalse();
            }
            proxy.received();
            one.assertClosed(firstProtects ? 1 : 0);
            two.assertClosed(secondProtects ? 1 : 0);
            assertThat(tap.sent().contains("second.test")).isEqualTo(!firstTls && !firstProtects);
        }
    }

    @Test
    void nothingIsSentAheadOfTls() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 00 05 01 00 03 0b 73 65 63 6f 6e 64 2e 74 65 73 74 04 3a");
            assertThat(client.socket().getInputStream().available()).isZero();
            client.send(ScriptedProxy.NO_AUTHENTICATION + " " + ScriptedProxy.SUCCESS);
            ScriptedProxy.Client inside = client.over(ofSecond.accept(client.socket()));
            inside.expect("05 01 02 01 01 75 01 70");
            inside.readRequest();
            inside.send("05 02 01 00 " + ScriptedProxy.SUCCESS);
            inside.awaitEnd();
        })) {
            Socks5Client first = proxy.clientBuilder().sendAhead().build();
            Socks5Client chain = Socks5Client.builder()
                    .uri("socks5hs://u:p@second.test:1082?sendAhead=login")
                    .tls(trusting)
                    .build()
                    .through(first);
            chain.connect(DESTINATION).close();
            proxy.received();
        }
    }

    @Test
    void theFailureNamesTheProxy() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            ScriptedProxy.Client inside = client.over(ofFirst.accept(client.socket()));
            inside.acceptTunnel();
            ofFirst.accept(inside.socket());
        })) {
            Socks5Client first = proxy.clientBuilder().tls(trusting).build();
            Socks5Client chain = Socks5Client.builder()
                    .proxy("second.test", 1082)
                    .tls(trusting)
                    .build()
                    .through(first);
            assertThatThrownBy(() -> chain.connect(DESTINATION))
                    .isInstanceOf(SSLException.class)
                    .hasMessageStartingWith("TLS with the proxy second.test:1082 has failed: ")
                    .hasMessageContaining("second.test");
        }
    }
}
