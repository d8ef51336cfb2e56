package dev.socks5.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text of patterns, compared with what the JDK makes of the same addresses. */
class EndpointPatternFuzzTest {

    private static final List<Endpoint> SAMPLES = List.of(
            Endpoint.of("192.0.2.1", 443),
            Endpoint.of("10.1.2.3", 80),
            Endpoint.of("0.0.0.0", 0),
            Endpoint.of("2001:db8::1", 443),
            Endpoint.of("::ffff:10.1.2.3", 80),
            Endpoint.of("64:ff9b::10.1.2.3", 8080),
            Endpoint.of("example.com", 443),
            Endpoint.of("www.Example.com.", 80),
            Endpoint.of("localhost", 65535));

    private static final Pattern PORTS = Pattern.compile("(?:[^:]+|\\[.*]):([0-9]{1,5})(?:-([0-9]{1,5}))?");

    private static final Pattern BLOCK = Pattern.compile("([0-9A-Fa-f:.]+)/([0-9]{1,3})");

    @FuzzTest
    void pattern(byte[] data) throws UnknownHostException {
        String text = Input.of(data, 0).text();
        EndpointPattern pattern;
        try {
            pattern = EndpointPattern.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).matches("\\p{Print}+");
            return;
        }
        assertThat(pattern).hasToString(text);
        for (Endpoint sample : SAMPLES) {
            boolean matches = pattern.test(sample);
            assertThat(matches && !pattern.coversPort(sample.port())).isFalse();
            assertThat(matches && pattern.ofAddresses() == sample.isName() && !text.startsWith("*"))
                    .isFalse();
            assertThat(pattern.testAsWritten(sample) && !matches).isFalse();
            // A pattern means the same in any case, and behind a dot at the end of the name.
            assertThat(EndpointPattern.parse(upperCase(text)).test(sample)).isEqualTo(matches);
            // An IPv4-mapped address is in what holds the IPv4 address, and in wide blocks of IPv6 as well.
            assertThat(pattern.test(sample.unmapped()) && !matches).isFalse();
        }
        ofAnAddressMatchesItself(text);
        Matcher ports = PORTS.matcher(text);
        if (ports.matches()) {
            int first = Integer.parseInt(ports.group(1));
            int last = ports.group(2) == null ? first : Integer.parseInt(ports.group(2));
            assertThat(first <= last && pattern.coversPort(first) && pattern.coversPort(last))
                    .isTrue();
            assertThat((first > 0 && pattern.coversPort(first - 1)) || pattern.coversPort(last + 1))
                    .isFalse();
        }
        Matcher block = BLOCK.matcher(text);
        if (block.matches()) {
            holdsAsTheJdkHasIt(pattern, InetAddress.getByName(block.group(1)), Integer.parseInt(block.group(2)));
        }
    }

    /** Compares the first bits, as the JDK writes the addresses: a mapped one as the IPv4 address. */
    private static void holdsAsTheJdkHasIt(EndpointPattern pattern, InetAddress network, int prefix) {
        for (Endpoint sample : SAMPLES) {
            if (sample.isName() || (!sample.unmapped().equals(sample) && network instanceof Inet6Address)) {
                continue;
            }
            byte[] expected = network.getAddress();
            byte[] actual = sample.unmapped().toInetSocketAddress().getAddress().getAddress();
            int fewer = pattern.toString().indexOf(':') >= 0 && expected.length == 4 ? 96 : 0;
            if (fewer > prefix) {
                return; // a wide block that has been written as a mapped address
            }
            boolean holds = expected.length == actual.length;
            for (int bit = 0; holds && bit < prefix - fewer; bit++) {
                holds = ((expected[bit / 8] ^ actual[bit / 8]) >> (7 - bit % 8) & 1) == 0;
            }
            assertThat(pattern.testAsWritten(sample)).isEqualTo(holds);
        }
    }

    private static String upperCase(String text) {
        StringBuilder upper = new StringBuilder(text);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            upper.setCharAt(i, c >= 'a' && c <= 'z' ? (char) (c - 32) : c);
        }
        return upper.toString();
    }

    private static void ofAnAddressMatchesItself(String text) {
        Endpoint endpoint;
        try {
            endpoint = Endpoint.parse(text);
        } catch (IllegalArgumentException e) {
            return;
        }
        boolean isHost = !(endpoint.address() instanceof DomainName name) || name.isHostName();
        if (isHost) {
            EndpointPattern pattern = EndpointPattern.parse(text);
            assertThat(pattern.test(endpoint)).isTrue();
            assertThat(pattern.test(new Endpoint(endpoint.address(), endpoint.port() ^ 1)))
                    .isFalse();
        }
    }
}
