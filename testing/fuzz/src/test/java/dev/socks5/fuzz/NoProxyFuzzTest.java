package dev.socks5.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.socks5.client.NoProxy;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Ipv6Address;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Lists of exceptions: any text is one, each entry stands for itself, and nothing goes direct that no entry names. */
class NoProxyFuzzTest {

    private static final List<Endpoint> SAMPLES = List.of(
            Endpoint.of("example.com", 443),
            Endpoint.of("www.Example.com.", 80),
            Endpoint.of("notexample.com", 443),
            Endpoint.of("localhost", 8080),
            Endpoint.of("192.0.2.1", 443),
            Endpoint.of("10.1.2.3", 80),
            Endpoint.of("::1", 443),
            Endpoint.of("2001:db8::1", 443),
            Endpoint.of("64:ff9b::10.1.2.3", 80));

    /** The form of NO_PROXY. */
    @FuzzTest
    void environment(byte[] data) {
        String text = Input.of(data, 0).text();
        NoProxy whole = NoProxy.parse(text);
        assertThat(whole).hasToString(text);
        List<NoProxy> entries =
                Arrays.stream(text.split("[,\\s]")).map(NoProxy::parse).toList();
        NoProxy other = NoProxy.parse("www.example.com " + text + ",10.0.0.0/8");
        for (Endpoint sample : SAMPLES) {
            boolean direct = whole.test(sample);
            assertThat(entries.stream().anyMatch(entry -> entry.test(sample))).isEqualTo(direct);
            assertThat(direct && !other.test(sample)).isFalse();
            if (direct && sample.address() instanceof DomainName name) {
                isNamedIn(text, name.canonical().octets());
            } else if (direct) {
                assertThat(text).containsPattern("[*:.]");
            }
        }
    }

    /** The end of a name that is direct stands in the list, or an asterisk does. */
    private static void isNamedIn(String text, String name) {
        String lower = text.toLowerCase(Locale.ROOT);
        String top = name.substring(name.lastIndexOf('.') + 1);
        assertThat(lower.contains("*") || lower.contains(top)).isTrue();
        boolean named = Arrays.stream(lower.split("[,\\s]"))
                .map(entry -> entry.replaceFirst(":[0-9-]*$", "").replaceFirst("^\\*?\\.", ""))
                .map(entry -> entry.endsWith(".") ? entry.substring(0, entry.length() - 1) : entry)
                .anyMatch(entry -> entry.equals("*") || name.equals(entry) || name.endsWith("." + entry));
        assertThat(named).isTrue();
    }

    /** The form of the JDK's properties, compared with a reading of it by letters. */
    @FuzzTest
    void properties(byte[] data) {
        String text = Input.of(data, 0).text();
        NoProxy hosts = NoProxy.nonProxyHosts(text);
        assertThat(hosts).hasToString(text);
        for (Endpoint sample : SAMPLES) {
            String host = hostOf(sample);
            boolean expected = Arrays.stream(text.split("\\|", -1))
                    .filter(entry -> !entry.isBlank())
                    .anyMatch(entry -> isMatch(entry.strip().toLowerCase(Locale.ROOT), host));
            boolean bracketed = text.indexOf('[') >= 0; // an address in another form
            assertThat(hosts.test(sample) == expected || bracketed).isTrue();
        }
    }

    private static String hostOf(Endpoint endpoint) {
        if (endpoint.address() instanceof DomainName name) {
            return name.canonical().octets();
        }
        boolean v6 = endpoint.address() instanceof Ipv6Address;
        return v6 ? "[" + endpoint.address() + "]" : endpoint.address().toString();
    }

    private static boolean isMatch(String entry, String host) {
        boolean open = entry.startsWith("*");
        boolean openEnd = entry.endsWith("*") && entry.length() > 1;
        String middle = entry.substring(open ? 1 : 0, entry.length() - (openEnd ? 1 : 0));
        for (int start = 0; start + middle.length() <= host.length(); start++) {
            boolean fits = host.startsWith(middle, start)
                    && (open || start == 0)
                    && (openEnd || start + middle.length() == host.length());
            if (fits) {
                return true;
            }
        }
        return false;
    }
}
