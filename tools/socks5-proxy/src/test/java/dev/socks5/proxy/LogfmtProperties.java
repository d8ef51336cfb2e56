package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the values are, a line is one line, and has these pairs and no others. */
class LogfmtProperties {

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(30),
                Arbitraries.strings().ascii().ofMaxLength(30),
                Arbitraries.strings().withChars("a \"\\=\r\n\t\0\u001b\u2028u0").ofMaxLength(10));
    }

    @Property(tries = 5000)
    void aLineReadsBack(@ForAll("values") String first, @ForAll("values") String second) {
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("first", first);
        pairs.put("second", second);
        pairs.put("last", "end");
        Logfmt line = new Logfmt();
        pairs.forEach(line::add);
        assertThat(line.toString()).matches("[ -~]*"); // Printable ASCII: on a terminal, too, it is nothing but text.
        assertThat(LogfmtLine.parse(line.toString())).containsExactlyEntriesOf(pairs);
    }

    @Example
    void onlyWhatNeedsItIsQuoted() {
        Logfmt line = new Logfmt()
                .add("bare", "example.com:443")
                .add("number", 7)
                .add("none", null)
                .add("empty", "")
                .add("blank", "a b")
                .add("forged", "x\" outcome=ok\nid=2")
                .add("umlaut", "\u00fc");
        assertThat(line)
                .hasToString("bare=example.com:443 number=7 empty=\"\" blank=\"a b\""
                        + " forged=\"x\\\" outcome=ok\\u000aid=2\" umlaut=\"\\u00fc\"");
        assertThat(List.of("=", "\"", " ", "\u007f"))
                .allMatch(value -> Logfmt.value(value).startsWith("\""));
    }
}
