package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointPatternTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // pattern             | matches                                   | does not match
                "*                     | a:0 192.0.2.1:65535 [::1]:80              | ",
                "*:443                 | a:443 192.0.2.1:443 [::1]:443             | a:442 [::1]:444",
                "*:8000-8999           | a:8000 a:8999 a:8443                      | a:7999 a:9000 a:0",
                "*:0-65535             | a:0 a:65535                               | ",
                "*:0                   | a:0                                       | a:1",
                "192.0.2.1             | 192.0.2.1:0 [::ffff:192.0.2.1]:1          | 192.0.2.0:0 192.0.2.2:0 [::1]:0",
                "192.0.2.1:80          | 192.0.2.1:80 [::ffff:192.0.2.1]:80        | 192.0.2.1:81 192.0.2.3:80",
                "0.0.0.0               | 0.0.0.0:0 [::ffff:0.0.0.0]:0              | 0.0.0.1:0 [::]:0",
                "0.0.0.0/0             | 0.0.0.0:0 255.255.255.255:0 [64:ff9b::1]:0 | [::1]:0 [::]:0 [2001:db8::1]:0 a:0",
                "10.0.0.0/8            | 10.0.0.0:1 10.255.255.255:1               | 9.255.255.255:1 11.0.0.0:1",
                "10.1.2.3/8            | 10.0.0.0:1 10.255.255.255:1               | 9.255.255.255:1 11.0.0.0:1",
                "10.0.0.0/8:80-81      | 10.0.0.0:80 10.9.9.9:81                   | 10.0.0.0:79 10.0.0.0:82 11.0.0.0:80",
                "192.0.2.0/31          | 192.0.2.0:0 192.0.2.1:0                   | 192.0.2.2:0 192.0.1.255:0",
                "192.0.2.1/32          | 192.0.2.1:0 [2002:c000:201::]:0           | 192.0.2.0:0 [2002:c000:202::]:0",
                "128.0.0.0/1           | 128.0.0.0:0 255.0.0.0:0                   | 127.255.255.255:0 0.0.0.0:0",
                "127.0.0.0/8           | [::127.0.0.1]:0 [64:ff9b::7f00:1]:0       | [::1]:0 localhost:0",
                "2001:db8::1           | [2001:db8::1]:0                           | [2001:db8::2]:0 [2001:db9::1]:0",
                "[2001:db8::1]         | [2001:db8::1]:80                          | [2001:db8::2]:80",
                "[2001:db8::1]:80      | [2001:db8::1]:80                          | [2001:db8::1]:81 [2001:db8::2]:80",
                "[2001:db8::]/32:1-2   | [2001:db8:f::]:1 [2001:db8::]:2           | [2001:db8::]:3 [2001:db9::]:1",
                "2001:db8::/32         | [2001:db8::]:0 [2001:db8:ffff::ffff]:0    | [2001:db7:ffff::]:0 [2001:db9::]:0 a:0",
                "2001:db8::/32:80      | [2001:db8::]:80                           | [2001:db8::]:81",
                "::/0                  | [::]:0 [ffff::]:0 [::ffff:192.0.2.1]:0    | 192.0.2.1:0 a:0",
                "8000::/1              | [8000::]:0 [ffff::]:0                     | [7fff::]:0 [::]:0",
                "1:2:3:4::/64          | [1:2:3:4::]:0 [1:2:3:4:ffff::1]:0         | [1:2:3:5::]:0 [1:2:3:3::]:0",
                "1:2:3:4::/63          | [1:2:3:4::]:0 [1:2:3:5::]:0               | [1:2:3:6::]:0 [1:2:3:3::]:0",
                "1:2:3:4:8000::/65     | [1:2:3:4:8000::]:0 [1:2:3:4:ffff::1]:0    | [1:2:3:4::]:0 [1:2:3:5:8000::]:0",
                "1:2:3:4::/65          | [1:2:3:4::]:0 [1:2:3:4:7fff::]:0          | [1:2:3:4:8000::]:0",
                "2001:db8::2/127       | [2001:db8::2]:0 [2001:db8::3]:0           | [2001:db8::1]:0 [2001:db8::4]:0",
                "::1/128               | [::1]:0                                   | [::]:0 [::2]:0 [1::1]:0",
                "::ffff:10.0.0.0/104   | [::ffff:10.1.2.3]:0 10.1.2.3:0            | [::ffff:11.0.0.0]:0 11.0.0.0:0",
                "::ffff:10.0.0.1       | [::ffff:10.0.0.1]:0 10.0.0.1:0            | [::ffff:10.0.0.0]:0 10.0.0.0:0",
                "::ffff:0:0/96         | [::ffff:10.0.0.1]:0 192.0.2.1:0           | [::1]:0",
                "::ffff:0:0/95         | [::ffff:10.0.0.1]:0 [::fffe:1:1]:0        | 10.0.0.1:0",
                "1:2:3:4:5:6:7:8       | [1:2:3:4:5:6:7:8]:0                       | [1:2:3:4:5:6:7:9]:0",
                "::                    | [::]:0                                    | [::1]:0 0.0.0.0:0",
                "example.com           | example.com:0 EXAMPLE.com.:1              | a.example.com:0 xexample.com:0 com:0",
                "Example.COM.          | example.com:0 Example.com.:0              | example.co:0 192.0.2.1:0 [::1]:0",
                "example.com:80        | example.com:80                            | example.com:81",
                "*.example.com         | a.example.com:0 a.b.Example.COM.:1        | example.com:0 aexample.com:0 a.example.com.x:0",
                "*.Example.com.:1-1    | a.example.com:1                           | a.example.com:0 a.example.com:2 b:1",
                "*.com                 | example.com:0 a.example.com:0             | com:0 192.0.2.1:0 [::1]:0",
            })
    void matches(String pattern, String matching, String others) {
        EndpointPattern parsed = EndpointPattern.parse(pattern);
        assertThat(matching.split(" ")).allMatch(text -> parsed.test(Endpoint.parse(text)));
        if (others != null) {
            assertThat(others.split(" ")).noneMatch(text -> parsed.test(Endpoint.parse(text)));
        }
        assertThat(parsed).hasToString(pattern);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":80",
                "a:",
                "*:",
                "*:65536",
                "*:2-1",
                "*:1-65536",
                "*:-1",
                "*:1-",
                "*:-",
                "*:1-2-3",
                "*:a",
                "*:1,2",
                "**",
                "*.",
                "*.*",
                "*.*.a",
                "a.*",
                "*a",
                "a*",
                "*/8",
                "*.a/8",
                "a/8",
                "a b",
                "a\n",
                "-a",
                "a..b",
                ".a",
                "b\u00FCcher.example",
                // sloppy addresses are not names either
                "127.1",
                "10",
                "0x7f.1",
                "0177.0.0.1",
                "1.2.3.4.",
                "*.1.2.3.4",
                "127.1/8",
                "1.2.3.4/33",
                "1.2.3.4/-1",
                "1.2.3.4/",
                "1.2.3.4/ 8",
                "1.2.3.4/+8",
                "1.2.3.4/0008",
                "1.2.3.4/8/8",
                "1.2.3.4/255.0.0.0",
                "1.2.3.4/\u0668", // a digit, but not ASCII's
                "/8",
                "::/129",
                "::/1000",
                "::/",
                "::1]",
                "[::1",
                "[::1]x",
                "[::1]80",
                "2001:db8::1:443", // the last group, or a port?
                "fe80::5:6",
                "fe80::5:99999",
                "[::1]:",
                "[::1/64]",
                "[192.0.2.1]",
                "[a]",
                "[]",
                "1:2",
                "a:b:c",
                "1::2::3",
                "fe80::1%eth0"
            })
    void isNoPattern(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> EndpointPattern.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "a:,            'a port is missing: \"a:\"'",
        "*:2-1,         'ports are 0 to 65535, FROM-TO: \"*:2-1\"'",
        "a/8,           'not a block of addresses: \"a/8\"'",
        "1.2.3.4/33,    'a prefix is 0 to 32: \"1.2.3.4/33\"'",
        "::/129,        'a prefix is 0 to 128: \"::/129\"'",
        "127.1,         'neither an address, a block nor a host name: \"127.1\"'",
    })
    void saysWhatIsWrong(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EndpointPattern.parse(text))
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,       true",
        "192.0.2.1:80,     true",
        "::/0,             true",
        "[::1]:80,         true",
        "example.com,      false",
        "*.example.com,    false",
        "*,                false",
    })
    void tellsPatternsOfAddressesFromOthers(String pattern, boolean ofAddresses) {
        assertThat(EndpointPattern.parse(pattern).ofAddresses()).isEqualTo(ofAddresses);
    }

    @Test
    void aNameIsNeverAnAddress() {
        Endpoint literal = new Endpoint(new DomainName("192.0.2.1"), 80);
        assertThat(EndpointPattern.parse("192.0.2.1").test(literal)).isFalse();
        assertThat(EndpointPattern.parse("0.0.0.0/0").test(literal)).isFalse();
        assertThat(EndpointPattern.parse("*").test(literal)).isTrue();
    }

    /** Octets that are not ASCII must not shield the rest of a name from a rule. */
    @Test
    void namesMatchInUpperOrLowerCaseWhateverElseTheyHold() {
        Endpoint name = new Endpoint(new DomainName("b\u00FCcher.EXAMPLE.com"), 80);
        assertThat(EndpointPattern.parse("*.example.com").test(name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.1.2.3:80, true",
        "10.0.0.0/8, [::ffff:10.1.2.3]:80, true",
        "10.0.0.0/8, [64:ff9b::a01:203]:80, false",
        "10.0.0.0/8, [2002:a01:203::1]:80, false",
        "10.0.0.0/8, 11.0.0.0:80, false",
        "10.0.0.0/8:80, 10.1.2.3:81, false",
        "::ffff:10.0.0.0/104, [64:ff9b::a01:203]:80, false",
        "64:ff9b::/96, [64:ff9b::a01:203]:80, true",
        "*, [64:ff9b::a01:203]:80, true",
        "a.example, a.example:80, true"
    })
    void asWrittenAnAddressThatIsCarriedDoesNotCount(String pattern, String endpoint, boolean matches) {
        assertThat(EndpointPattern.parse(pattern).testAsWritten(Endpoint.parse(endpoint)))
                .isEqualTo(matches);
    }

    @Test
    void anyOfSeveral() {
        Predicate<Endpoint> any = EndpointPattern.anyOf("10.0.0.0/8", "*.example.com:80");
        assertThat(any).accepts(Endpoint.parse("10.1.1.1:1"), Endpoint.parse("a.example.com:80"));
        assertThat(any).rejects(Endpoint.parse("a.example.com:81"), Endpoint.parse("11.0.0.0:80"));
        assertThat(EndpointPattern.anyOf()).rejects(Endpoint.UNSPECIFIED);
        assertThatIllegalArgumentException().isThrownBy(() -> EndpointPattern.anyOf("*", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "*, 0, true",
        "*, 65535, true",
        "example.com:80, 80, true",
        "10.0.0.0/8:80, 81, false",
        "10.0.0.0/8:80, 79, false",
        "*:80-90, 90, true",
        "*:80-90, 91, false"
    })
    void coversThePortsItNames(String pattern, int port, boolean covered) {
        assertThat(EndpointPattern.parse(pattern).coversPort(port)).isEqualTo(covered);
    }
}
