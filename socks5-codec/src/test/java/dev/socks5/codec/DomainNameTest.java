package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainNameTest {

    private static final String LABEL_63 = "a".repeat(63);

    /** Three labels of 63 and one of 61, with dots: 253. */
    private static final String NAME_253 = (LABEL_63 + ".").repeat(3) + "a".repeat(61);

    @Test
    void has1To255Octets() {
        assertThat(new DomainName("\0").octets()).isEqualTo("\0");
        assertThat(new DomainName("\u00FF".repeat(255)).octets()).hasSize(255);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DomainName(""))
                .withMessage("a domain name has at least one octet");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DomainName("a".repeat(256)))
                .withMessage("a domain name has at most 255 octets, not 256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DomainName("a\u0100"))
                .withMessage("a domain name has a character above U+00FF, which is no octet");
    }

    @Test
    void fromAscii() {
        assertThat(DomainName.ofAscii("Example.COM.")).isEqualTo(new DomainName("Example.COM."));
        assertThat(DomainName.ofAscii("\u007F")).isEqualTo(new DomainName("\u007F"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DomainName.ofAscii("b\u00FCcher.example"))
                .withMessage(
                        "not ASCII; international names are written in their encoded form, xn--...: \"b\\xfccher.example\"");
        assertThatIllegalArgumentException().isThrownBy(() -> DomainName.ofAscii("\u0080"));
        assertThatIllegalArgumentException().isThrownBy(() -> DomainName.ofAscii(""));
    }

    @Test
    void fromUnicode() {
        assertThat(DomainName.ofUnicode("b\u00FCcher.example")).isEqualTo(new DomainName("xn--bcher-kva.example"));
        assertThat(DomainName.ofUnicode("example.com")).isEqualTo(new DomainName("example.com"));
        // the ideographic full stop separates labels too
        assertThat(DomainName.ofUnicode("例え\u3002jp")).isEqualTo(new DomainName("xn--r8jz45g.jp"));
        assertThatIllegalArgumentException().isThrownBy(() -> DomainName.ofUnicode("a b.example"));
        assertThatIllegalArgumentException().isThrownBy(() -> DomainName.ofUnicode("a/b.example"));
        assertThatIllegalArgumentException().isThrownBy(() -> DomainName.ofUnicode("\u00FC".repeat(64)));
        assertThatIllegalArgumentException().isThrownBy(() -> DomainName.ofUnicode(""));
        assertThatIllegalArgumentException().isThrownBy(() -> DomainName.ofUnicode("aa.".repeat(86) + "a"));
    }

    static Stream<String> hostNames() {
        return Stream.of(
                "a",
                "A",
                "localhost",
                "example.com",
                "example.com.",
                "EXAMPLE.Com",
                "_dmarc._tcp.example.com",
                "a-b.c--d",
                "xn--bcher-kva.example",
                "1.example",
                "1.2.3.4.example",
                "127.1.a",
                "3com",
                "1a",
                "0y1",
                "0x7g",
                "a0x1",
                "1-1",
                LABEL_63,
                NAME_253,
                NAME_253 + ".");
    }

    @ParameterizedTest
    @MethodSource
    void hostNames(String name) {
        assertThat(new DomainName(name).isHostName()).isTrue();
    }

    static Stream<String> otherNames() {
        return Stream.of(
                ".",
                "..",
                ".a",
                "a..",
                "a..b",
                "-a",
                "a-",
                "a.-b",
                "a-.b",
                "a b",
                " a",
                "a ",
                "a\n",
                "a\r\nb",
                "a\0",
                "\0a",
                "a\t",
                "a/b",
                "a:80",
                "[a]",
                "a@b",
                "a%b",
                "*",
                "*.a",
                "b\u00FCcher",
                "\u00C3\u00BC.example",
                LABEL_63 + "a",
                "a." + LABEL_63 + "a.b",
                NAME_253 + "a",
                NAME_253 + "a.",
                // what some resolvers take for an IPv4 address
                "127.0.0.1",
                "127.0.0.1.",
                "127.1",
                "127.1.",
                "0177.0.0.1",
                "0x7f.1",
                "0x7F.0.0.0X1",
                "0x7f000001",
                "0x",
                "a.0x",
                "2130706433",
                "1",
                "1.2.3.4.",
                "1.2.3.4.5",
                "256.256.256.256",
                "a.1",
                "a.b.08");
    }

    @ParameterizedTest
    @MethodSource
    void otherNames(String name) {
        assertThat(new DomainName(name).isHostName()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "example.com,    example.com",
        "example.com.,   example.com",
        "EXAMPLE.Com,    example.com",
        "AZ.@[`{.az.,    az.@[`{.az",
        ".,              .",
        "I,              i",
    })
    void canonicalForm(String name, String canonical) {
        assertThat(new DomainName(name).canonical()).isEqualTo(new DomainName(canonical));
        assertThat(new DomainName(canonical).canonical()).isEqualTo(new DomainName(canonical));
    }

    @Test
    void onlyAsciiLettersFold() {
        assertThat(new DomainName("B\u00DCCHER.Example").canonical()).isEqualTo(new DomainName("b\u00DCcher.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com", "a_b-c.1", "!#$%&'()*+,-./:;<=>?@[]^`{|}~"})
    void printableAsciiIsShownAsItIs(String name) {
        assertThat(new DomainName(name)).hasToString(name);
    }

    @ParameterizedTest
    @CsvSource({
        "'a b',      a\\x20b",
        "'a\"b\\',   a\\x22b\\x5c",
        "'a\u007F',  a\\x7f",
        "'\u0080\u00FF', \\x80\\xff",
    })
    void everythingElseIsEscaped(String name, String shown) {
        assertThat(new DomainName(name)).hasToString(shown);
    }

    @Test
    void controlCharactersAreEscaped() {
        assertThat(new DomainName("a\0\r\n\t\u001B[2J")).hasToString("a\\x00\\x0d\\x0a\\x09\\x1b[2J");
        assertThat(Text.quote("\u2028\uFFFF")).isEqualTo("\"\\u2028\\uffff\"");
    }
}
