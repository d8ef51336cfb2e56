package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1:4711",
        "2001:db8::1, [2001:db8::1]:4711",
        "::ffff:192.0.2.1, 192.0.2.1:4711",
    })
    void anIpAddressPrintsWithItsPort(String address, String text) throws Exception {
        ClientAddress client = ClientAddress.of(new InetSocketAddress(address, 4711));
        assertThat(client).hasToString(text);
        assertThat(client.ip()).contains(InetAddress.getByName(address));
        assertThat(client.unixUser()).isEmpty();
        assertThat(client).isEqualTo(new ClientAddress.Ip(new InetSocketAddress(address, 4711)));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "alice, unix:alice",
                "1000, unix:1000",
                "-, unix",
                "'John Doe', unix:John\\x20Doe",
                "DOMAIN\\alice, unix:DOMAIN\\x5calice",
                "m\u00fcller, unix:m\\xfcller",
                "\u20ac, unix:\\u20ac",
                "'a\r\nb', unix:a\\x0d\\x0ab",
            })
    void aLocalClientPrintsItsUserEscaped(@Nullable String user, String text) {
        ClientAddress client = new ClientAddress.Unix(user);
        assertThat(client).hasToString(text);
        assertThat(client.ip()).isEmpty();
        assertThat(client.unixUser().orElse(null)).isEqualTo(user);
    }

    @Test
    void neitherANameNorAnEmptyUserIsAnAddress() {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("client.example", 1);
        assertThatIllegalArgumentException().isThrownBy(() -> ClientAddress.of(unresolved));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClientAddress.Unix(""));
    }

    @Test
    void sessionsAndRequestsNameIt() {
        ClientAddress client = new ClientAddress.Unix("alice");
        Endpoint destination = Endpoint.of("example.com", 80);
        assertThat(new SessionInfo(3, client, null, new Request(Command.CONNECT, destination)))
                .hasToString("#3 from unix:alice CONNECT (0x01) example.com:80");
        assertThat(new AccessRequest(client, null, Command.CONNECT, destination, null))
                .hasToString("CONNECT (0x01) example.com:80 from unix:alice");
    }
}
