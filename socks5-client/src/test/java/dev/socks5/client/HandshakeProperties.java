package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Message;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever the values and wherever the proxy's answers are cut, the outcome is the same. */
class HandshakeProperties {

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    @Property(tries = 200)
    void opensTheTunnel(
            @ForAll("logins") PasswordRequest login,
            @ForAll("endpoints") Endpoint destination,
            @ForAll("endpoints") Endpoint bound,
            @ForAll byte[] tunnel,
            @ForAll Set<@IntRange(min = 1, max = 300) Integer> cuts)
            throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.read(4);
            send(client, cuts, 0x05, 0x02);
            client.readLogin();
            send(client, cuts, 0x01, 0x00);
            client.readRequest();
            byte[] reply = Reply.success(bound).encode().array();
            byte[] all = Arrays.copyOf(reply, reply.length + tunnel.length);
            System.arraycopy(tunnel, 0, all, reply.length, tunnel.length);
            send(client, cuts, all);
        })) {
            Socks5Client client = proxy.clientBuilder().credentials(login).build();
            try (Socket socket = client.connect(destination)) {
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(tunnel);
                // An IPv4-mapped address is an IPv4 address to the JDK.
                assertThat(socket.getRemoteSocketAddress())
                        .isEqualTo(destination.unmapped().toInetSocketAddress());
            }
            assertThat(proxy.received())
                    .isEqualTo("05 02 00 02 " + hex(login) + ' ' + hex(Request.connect(destination)));
        }
    }

    private static String hex(Message message) {
        return HEX.formatHex(message.encode().array());
    }

    private static void send(ScriptedProxy.Client client, Set<Integer> cuts, int... octets) throws IOException {
        byte[] message = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            message[i] = (byte) octets[i];
        }
        send(client, cuts, message);
    }

    private static void send(ScriptedProxy.Client client, Set<Integer> cuts, byte[] message) throws IOException {
        int start = 0;
        for (int end = 1; end <= message.length; end++) {
            if (end == message.length || cuts.contains(end)) {
                client.send(Arrays.copyOfRange(message, start, end));
                start = end;
            }
        }
    }

    @Provide
    Arbitrary<PasswordRequest> logins() {
        return Combinators.combine(octets(0), octets(0)).as(PasswordRequest::new);
    }

    @Provide
    Arbitrary<Endpoint> endpoints() {
        Arbitrary<Endpoint> names = Combinators.combine(
                        octets(1).map(DomainName::new), Arbitraries.integers().between(0, 65535))
                .as(Endpoint::new);
        return Arbitraries.oneOf(
                names,
                Arbitraries.of(
                        Endpoint.of("192.0.2.1", 80), Endpoint.of("::ffff:192.0.2.1", 443), Endpoint.of("::", 0)));
    }

    private static Arbitrary<String> octets(int fewest) {
        return Arbitraries.strings()
                .withCharRange('\0', '\u00ff')
                .ofMinLength(fewest)
                .ofMaxLength(255);
    }
}
