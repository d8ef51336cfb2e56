package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "0.0.0.0", "255.255.255.255"})
    void ipv4(String text) {
        assertThat(Address.parse(text)).isEqualTo(Ipv4Address.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "2001:db8::1", "::ffff:192.0.2.1"})
    void ipv6WithAndWithoutBrackets(String text) {
        assertThat(Address.parse(text)).isEqualTo(Ipv6Address.parse(text));
        assertThat(Address.parse("[" + text + "]")).isEqualTo(Ipv6Address.parse(text));
    }

    /** What looks like an address to some stays a name, and is no host name. */
    @ParameterizedTest
    @ValueSource(
            strings = {"127.1", "0177.0.0.1", "0x7f.1", "2130706433", "1.2.3.4.", "1.2.3.256", "01.2.3.4", "1.2.3"})
    void sloppyIpv4IsAName(String text) {
        assertThat(Address.parse(text)).isEqualTo(new DomainName(text));
        assertThat(new DomainName(text).isHostName()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "example.com", "Example.COM.", "[", "]", "a]", "[a"})
    void everythingElseInAsciiIsAName(String text) {
        assertThat(Address.parse(text)).isEqualTo(new DomainName(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "[127.0.0.1]",
                "[localhost]",
                "[::1",
                "::1]",
                "[[::1]]",
                "::g",
                "a:80",
                "fe80::1%eth0",
                "[fe80::1%2]",
                "b\u00FCcher.example"
            })
    void neither(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Address.parse(text));
    }
}
