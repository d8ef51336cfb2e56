package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv6AddressTest {

    @ParameterizedTest
    @CsvSource({
        // RFC 4291 section 2.2
        "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789, abcd:ef01:2345:6789:abcd:ef01:2345:6789",
        "2001:DB8:0:0:8:800:200C:417A,            2001:db8::8:800:200c:417a",
        "FF01:0:0:0:0:0:0:101,                    ff01::101",
        "0:0:0:0:0:0:0:1,                         ::1",
        "0:0:0:0:0:0:0:0,                         ::",
        "0:0:0:0:0:0:13.1.68.3,                   ::d01:4403",
        "0:0:0:0:0:FFFF:129.144.52.38,            ::ffff:129.144.52.38",
        "::13.1.68.3,                             ::d01:4403",
        "::FFFF:129.144.52.38,                    ::ffff:129.144.52.38",
        // RFC 5952 section 1 and 2
        "2001:0db8:0000:0000:0001:0000:0000:0001, 2001:db8::1:0:0:1",
        "2001:db8:0:0:1::1,                       2001:db8::1:0:0:1",
        "2001:db8::0:1:0:0:1,                     2001:db8::1:0:0:1",
        "2001:db8:aaaa:bbbb:cccc:dddd:eeee:AaAa,  2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa",
        "2001:db8:aaaa:bbbb:cccc:dddd:0:1,        2001:db8:aaaa:bbbb:cccc:dddd:0:1",
        // RFC 5952 section 4: one zero group stays, the longest run goes, of two equal ones the first
        "2001:db8::0001,                          2001:db8::1",
        "2001:db8::1:1:1:1:1,                     2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1,                      2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1,                    2001:db8::1:0:0:1",
        "0:0:1:0:0:0:1:1,                         0:0:1::1:1",
        // runs at either end, and gaps of one group
        "1:2:3:4:5:6:7::,                         1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8,                         0:2:3:4:5:6:7:8",
        "1::3:4:5:6:7:8,                          1:0:3:4:5:6:7:8",
        "1:2:3:4:5:6::,                           1:2:3:4:5:6::",
        "::3:4:5:6:7:8,                           ::3:4:5:6:7:8",
        "1::,                                     1::",
        "1::8,                                    1::8",
        "::8000,                                  ::8000",
        "1:2:3:4:5:6:255.254.1.0,                 1:2:3:4:5:6:fffe:100",
        "1:2::5:6:192.0.2.1,                      1:2::5:6:c000:201",
        "64:ff9b::192.0.2.33,                     64:ff9b::c000:221",
        "00ff:0FF0::,                             ff:ff0::",
        "9:a:f:A:F:0000::,                        9:a:f:a:f::",
        "0:2:3:4:5:6:7:0,                         0:2:3:4:5:6:7:0",
    })
    void readsEveryFormAndWritesTheCanonicalOne(String text, String canonical) {
        assertThat(Ipv6Address.parse(text)).hasToString(canonical);
        assertThat(Ipv6Address.parse(canonical)).isEqualTo(Ipv6Address.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":::",
                "1",
                "1:",
                ":1",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                ":2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8:",
                ":1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "1:2:3:4::5:6:7:8",
                "1::2::3",
                "::1::",
                "1:::2",
                ":::1",
                "1:::",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1:2:3:4:5:1.2.3.4",
                "1:2:3:4:5:6::1.2.3.4",
                "1.2.3.4",
                "1.2.3.4::",
                "1.2.3.4::1",
                "::1.2.3.4:5",
                "::1.2.3.4::",
                "::1.2.3",
                "::1.2.3.4.5",
                "::1.2.3.256",
                "::01.2.3.4",
                "::0x1.2.3.4",
                "::.1.2.3",
                "12345::",
                "00001::",
                "::10000",
                "g::",
                "::G",
                "::-1",
                "::+1",
                "::0x1",
                "::1 ",
                " ::1",
                "::1\n",
                "::\uFF11", // a digit, but not ASCII's
                "::\u0661",
                "::\uFF41",
                "[::1]",
                "::1/128",
                "fe80::1%eth0",
                "::1%",
                "example.com"
            })
    void readsNothingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ipv6Address.parse(text))
                .withMessage("not an IPv6 address: " + Text.quote(text));
    }

    @ParameterizedTest
    @CsvSource({
        "::ffff:192.0.2.1,        192.0.2.1",
        "::ffff:0.0.0.0,          0.0.0.0",
        "::ffff:255.255.255.255,  255.255.255.255",
        "::192.0.2.1,             192.0.2.1",
        "::2,                     0.0.0.2",
        "::ffff:ffff,             255.255.255.255",
        "64:ff9b::192.0.2.1,      192.0.2.1",
        "64:ff9b::,               0.0.0.0",
        "2002:c000:0201::,        192.0.2.1",
        "2002:7f00:1:ffff::1,     127.0.0.1",
        "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 255.255.255.255",
    })
    void carriesAnIpv4Address(String text, String inside) {
        assertThat(Ipv6Address.parse(text).embeddedIpv4()).contains(Ipv4Address.parse(inside));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::",
                "::1",
                "::1:c000:201",
                "::fffe:192.0.2.1",
                "::1:ffff:192.0.2.1",
                "1::ffff:192.0.2.1",
                "0:0:0:1:0:ffff:192.0.2.1",
                "1::192.0.2.1",
                "::8000:0:c000:201",
                "64:ff9b:1::192.0.2.1",
                "64:ff9b::1:192.0.2.1",
                "64:ff9c::192.0.2.1",
                "2001:c000:201::",
                "2003:c000:201::",
                "2001:db8::1"
            })
    void carriesNone(String text) {
        assertThat(Ipv6Address.parse(text).embeddedIpv4()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8::5efe:10.0.0.1,          10.0.0.1",
        "2001:db8:1:2:200:5efe:192.0.2.1,  192.0.2.1",
        "fe80::5efe:127.0.0.1,             127.0.0.1",
        "::5efe:255.255.255.255,           255.255.255.255",
    })
    void anIsatapAddressHasAnIpv4AddressForRefusalsOnly(String text, String inside) {
        Ipv6Address address = Ipv6Address.parse(text);
        assertThat(address.isatapIpv4()).contains(Ipv4Address.parse(inside));
        assertThat(address.embeddedIpv4()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::",
                "2001:db8::1",
                "2001:db8::10.0.0.1",
                "2001:db8::5eff:10.0.0.1",
                "2001:db8::1:5efe:10.0.0.1",
                "2001:db8::100:5efe:10.0.0.1",
                "2001:db8::300:5efe:10.0.0.1",
                "2001:db8::8000:5efe:10.0.0.1",
                "2001:db8::5efe:a00:1:0",
                "::ffff:10.0.0.1"
            })
    void isNoIsatapAddress(String text) {
        assertThat(Ipv6Address.parse(text).isatapIpv4()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "::ffff:192.0.2.1", "2001:db8::1", "fe80::1", "ff02::fb"})
    void becomesSixteenOctetsForTheJdkAndBack(String text) {
        Ipv6Address address = Ipv6Address.parse(text);
        InetAddress inet = address.toInetAddress();
        assertThat(inet).isInstanceOf(Inet6Address.class);
        assertThat(inet.getAddress()).hasSize(16);
        assertThat(Address.of(inet)).isEqualTo(address);
    }

    @Test
    void theScopeIsDropped() throws UnknownHostException {
        Ipv6Address linkLocal = Ipv6Address.parse("fe80::1");
        InetAddress scoped =
                Inet6Address.getByAddress(null, linkLocal.toInetAddress().getAddress(), 7);
        assertThat(Address.of(scoped)).isEqualTo(linkLocal);
    }

    @ParameterizedTest
    @CsvSource({
        "::ffff:192.0.2.1, true",
        "::ffff:0:0, true",
        "::192.0.2.1, false",
        "::fffe:192.0.2.1, false",
        "::1:ffff:192.0.2.1, false",
        "1::ffff:192.0.2.1, false",
        "64:ff9b::192.0.2.1, false"
    })
    void knowsWhetherItIsIpv4Mapped(String text, boolean mapped) {
        assertThat(Ipv6Address.parse(text).isIpv4Mapped()).isEqualTo(mapped);
    }
}
