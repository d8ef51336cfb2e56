package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet4Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4AddressTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0,         0x00000000",
        "127.0.0.1,       0x7F000001",
        "192.0.2.1,       0xC0000201",
        "9.10.99.100,     0x090A6364",
        "199.200.249.250, 0xC7C8F9FA",
        "255.255.255.255, 0xFFFFFFFF",
        "128.0.0.255,     0x800000FF",
    })
    void readsAndWritesFourDecimalParts(String text, String bits) {
        Ipv4Address address = new Ipv4Address(Long.decode(bits).intValue());
        assertThat(Ipv4Address.parse(text)).isEqualTo(address);
        assertThat(address).hasToString(text);
        assertThat(address.toInetAddress()).isInstanceOf(Inet4Address.class);
        assertThat(address.toInetAddress().getHostAddress()).isEqualTo(text);
        assertThat(Address.of(address.toInetAddress())).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "...",
                "1",
                "1.2",
                "1.2.3",
                "1.2.3.",
                "1.2.3.4.",
                ".1.2.3.4",
                "1..2.3",
                "1.2.3.4.5",
                "256.0.0.1",
                "1.2.3.256",
                "1.2.3.260",
                "1.2.3.300",
                "1.2.3.1000",
                "127.1",
                "2130706433",
                "0x7f.1",
                "0x7f.0.0.1",
                "0x7f000001",
                "0177.0.0.1",
                "01.2.3.4",
                "1.2.3.04",
                "00.0.0.0",
                "1.2.3.-4",
                "+1.2.3.4",
                " 1.2.3.4",
                "1.2.3.4 ",
                "1.2.3.4\n",
                "1.2.3.4\0",
                "1.2.3.a",
                "1,2,3,4",
                "١.٢.٣.٤", // digits, but not ASCII's
                "::1"
            })
    void readsNothingElse(String text) {
        assertThat(Ipv4Address.isIpv4(text)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ipv4Address.parse(text))
                .withMessage("not an IPv4 address: " + Text.quote(text));
    }

    @Test
    void isEqualByValue() {
        assertThat(new Ipv4Address(0)).isEqualTo(Ipv4Address.UNSPECIFIED).isNotEqualTo(new Ipv4Address(1));
        assertThat(Ipv4Address.UNSPECIFIED).isNotEqualTo(new Ipv6Address(0, 0));
    }
}
