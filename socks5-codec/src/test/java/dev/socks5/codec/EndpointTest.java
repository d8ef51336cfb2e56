package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 80, 32767, 32768, 65535})
    void portsInRange(int port) {
        assertThat(new Endpoint(Ipv4Address.UNSPECIFIED, port).port()).isEqualTo(port);
        assertThat(Endpoint.parse("a:" + port)).isEqualTo(Endpoint.of("a", port));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65536, 99999, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void portsOutOfRange(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Endpoint(Ipv4Address.UNSPECIFIED, port))
                .withMessage("a port is 0 to 65535: " + port);
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.of("localhost", port));
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parse("a:" + port));
    }

    @ParameterizedTest
    @CsvSource({
        "example.com:443,           example.com,   443",
        "192.0.2.1:0,               192.0.2.1,     0",
        "[::1]:1080,                ::1,           1080",
        "[2001:db8::1]:65535,       2001:db8::1,   65535",
        "a:00080,                   a,             80",
    })
    void readsHostAndPort(String text, String host, int port) {
        assertThat(Endpoint.parse(text)).isEqualTo(new Endpoint(Address.parse(host), port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":80",
                "a",
                "a:",
                "a:b",
                "a:-1",
                "a:+80",
                "a: 80",
                "a:80 ",
                "a:8/",
                "a:8:",
                "a:000080",
                "a:65536",
                "a:99999999999",
                "a:\u0661", // a digit, but not ASCII's
                "::1",
                "::1:80",
                "[::1]",
                "[::1]80",
                "[::1:80",
                "::1]:80",
                "a:80:80",
                "[a]:80",
                "[127.0.0.1]:80",
                "b\u00FCcher:80"
            })
    void readsNothingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parse(text));
    }

    @Test
    void saysWhatIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse("a\n"))
                .withMessage("HOST:PORT expected: \"a\\x0a\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse("::1:80"))
                .withMessage("an IPv6 address goes in brackets, [ADDRESS]:PORT: \"::1:80\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse("a:\0"))
                .withMessage("a port is 0 to 65535: \"\\x00\"");
    }

    @ParameterizedTest
    @CsvSource({
        "example.com,      80,  example.com:80",
        "192.0.2.1,        0,   192.0.2.1:0",
        "2001:DB8:0:0::1,  443, [2001:db8::1]:443",
        "'a b',            1,   a\\x20b:1",
    })
    void isShownAsHostAndPort(String host, int port, String shown) {
        assertThat(Endpoint.of(host, port)).hasToString(shown);
    }

    @Test
    void unspecified() {
        assertThat(Endpoint.UNSPECIFIED).isEqualTo(Endpoint.of("0.0.0.0", 0));
    }

    @Test
    void aNameStaysUnresolved() {
        InetSocketAddress jdk = Endpoint.of("localhost", 80).toInetSocketAddress();
        assertThat(jdk.isUnresolved()).isTrue();
        assertThat(jdk.getHostString()).isEqualTo("localhost");
        assertThat(jdk.getPort()).isEqualTo(80);
        assertThat(Endpoint.of(jdk)).isEqualTo(new Endpoint(new DomainName("localhost"), 80));
    }

    @Test
    void aResolvedNameBecomesItsAddress() throws UnknownHostException {
        InetAddress named = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
        assertThat(Endpoint.of(new InetSocketAddress(named, 80))).isEqualTo(Endpoint.of("127.0.0.1", 80));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "192.0.2.1"})
    void anUnresolvedLiteralBecomesItsAddress(String literal) {
        assertThat(Endpoint.of(InetSocketAddress.createUnresolved(literal, 80))).isEqualTo(Endpoint.of(literal, 80));
    }

    @Test
    void anUnresolvedNameThatIsNotAsciiIsRefused() {
        InetSocketAddress jdk = InetSocketAddress.createUnresolved("b\u00FCcher.example", 80);
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.of(jdk));
    }

    @Test
    void ipv4BecomesInet4Address() {
        InetSocketAddress jdk = Endpoint.of("192.0.2.1", 65535).toInetSocketAddress();
        assertThat(jdk.getAddress()).isInstanceOf(Inet4Address.class);
        assertThat(jdk.getPort()).isEqualTo(65535);
        assertThat(Endpoint.of(jdk)).isEqualTo(Endpoint.of("192.0.2.1", 65535));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8::1", "::ffff:192.0.2.1"})
    void ipv6BecomesInet6AddressEvenIfMapped(String text) {
        InetSocketAddress jdk = Endpoint.of(text, 1).toInetSocketAddress();
        assertThat(jdk.getAddress()).isInstanceOf(Inet6Address.class);
        assertThat(jdk.getAddress().getAddress()).hasSize(16);
        assertThat(Endpoint.of(jdk)).isEqualTo(Endpoint.of(text, 1));
    }

    @ParameterizedTest
    @CsvSource({"a.example, true", "127.1, true", "192.0.2.1, false", "::1, false"})
    void namesHaveToBeLookedUp(String host, boolean name) {
        assertThat(Endpoint.of(host, 80).isName()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "::ffff:192.0.2.1, 192.0.2.1",
        "::ffff:0.0.0.0, 0.0.0.0",
        "::192.0.2.1, ::192.0.2.1",
        "64:ff9b::192.0.2.1, 64:ff9b::192.0.2.1",
        "2002:c000:201::, 2002:c000:201::",
        "::, ::",
        "192.0.2.1, 192.0.2.1",
        "a.example, a.example",
    })
    void onlyMappedAddressesAreUnmapped(String host, String unmapped) {
        assertThat(Endpoint.of(host, 80).unmapped()).isEqualTo(Endpoint.of(unmapped, 80));
    }

    @ParameterizedTest
    @CsvSource({
        "A.Example., a.example",
        "192.0.2.1, 192.0.2.1",
        "::ffff:192.0.2.1, 192.0.2.1",
        "2001:db8::1, 2001:db8::1",
    })
    void theCanonicalForm(String host, String canonical) {
        assertThat(Endpoint.of(host, 80).canonical()).contains(Endpoint.of(canonical, 80));
    }

    /** Addresses where a name belongs: what decides is what they say. */
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "::ffff:192.0.2.1, 192.0.2.1",
        "[2001:db8::1], 2001:db8::1",
    })
    void theCanonicalFormOfANameThatIsAnAddress(String name, String canonical) {
        assertThat(new Endpoint(new DomainName(name), 80).canonical()).contains(Endpoint.of(canonical, 80));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.1", "2130706433", "0x7f.1", "192.0.2.1.", "a b", "-", "[::1", "::1%eth0", "fe80:::1"})
    void aNameThatNoHostCanHaveHasNoCanonicalForm(String name) {
        assertThat(new Endpoint(new DomainName(name), 80).canonical()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 192.0.2.7",
        "::, 192.0.2.7",
        "::ffff:0.0.0.0, 192.0.2.7",
        "0.0.0.1, 0.0.0.1",
        "::1, ::1",
        "::ffff:192.0.2.1, ::ffff:192.0.2.1",
        "proxy.example, proxy.example",
    })
    void theUnspecifiedAddressStandsForTheProxysOwn(String bound, String meant) {
        assertThat(Endpoint.of(bound, 1080).relativeTo(Address.parse("192.0.2.7")))
                .isEqualTo(Endpoint.of(meant, 1080));
        assertThat(Endpoint.of("::", 1).relativeTo(Address.parse("proxy.example")))
                .isEqualTo(Endpoint.of("proxy.example", 1));
    }

    @Test
    void theGreatestLengths() {
        Endpoint longest = new Endpoint(new DomainName("a".repeat(255)), Endpoint.MAX_PORT);
        assertThat(Reply.success(longest).encodedLength())
                .isEqualTo(Reply.MAX_LENGTH)
                .isEqualTo(262);
        assertThat(Request.connect(longest).encodedLength()).isEqualTo(Reply.MAX_LENGTH);
        assertThat(UdpHeader.of(longest).encodedLength()).isEqualTo(UdpHeader.MAX_LENGTH);
    }
}
