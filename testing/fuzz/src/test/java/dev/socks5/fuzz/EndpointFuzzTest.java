package dev.socks5.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.socks5.codec.Address;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Ipv4Address;
import dev.socks5.codec.Ipv6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Text of endpoints: read as the JDK reads it, and one canonical form of each. */
class EndpointFuzzTest {

    @FuzzTest
    void endpoint(byte[] data) throws UnknownHostException {
        String text = Input.of(data, 0).text();
        Endpoint endpoint;
        try {
            endpoint = Endpoint.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).matches("\\p{Print}+");
            return;
        }
        int colon = text.lastIndexOf(':');
        assertThat(endpoint.port()).isEqualTo(Integer.parseInt(text.substring(colon + 1)));
        assertThat(endpoint.toString()).matches("\\p{Print}+");
        String host = text.substring(0, colon);
        if (endpoint.address() instanceof DomainName name) {
            assertThat(name.octets()).isEqualTo(host);
            assertThat(host).doesNotContain(":");
            canonicalNameIsOne(endpoint);
        } else {
            assertThat(Endpoint.parse(endpoint.toString())).isEqualTo(endpoint);
            isReadAsByTheJdk(host, endpoint.address());
            assertThat(endpoint.canonical()).contains(endpoint.unmapped());
        }
    }

    private static void canonicalNameIsOne(Endpoint endpoint) {
        Optional<Endpoint> canonical = endpoint.canonical();
        assertThat(canonical.flatMap(Endpoint::canonical)).isEqualTo(canonical);
        DomainName name = (DomainName) endpoint.address();
        boolean looksUp = canonical.isPresent() && canonical.get().isName();
        assertThat(looksUp).isEqualTo(name.isHostName());
        if (looksUp) {
            String text = ((DomainName) canonical.get().address()).octets();
            assertThat(text).matches("[a-z0-9_.-]{1,253}").doesNotStartWith(".").doesNotEndWith(".");
            assertThat(text.substring(text.lastIndexOf('.') + 1)).doesNotMatch("[0-9]+|0x[0-9a-f]*");
        }
    }

    /** It takes more forms, but none that it reads otherwise. */
    private static void isReadAsByTheJdk(String host, Address address) throws UnknownHostException {
        InetAddress read = InetAddress.getByName(host); // an address: nothing is looked up
        if (address instanceof Ipv4Address v4) {
            assertThat(v4).hasToString(host); // no zeros in front, which some readers take for octal
            assertThat(v4.toInetAddress()).isEqualTo(read);
        } else {
            Ipv6Address v6 = (Ipv6Address) address;
            assertThat(v6.isIpv4Mapped() ? v6.embeddedIpv4().orElseThrow() : v6).isEqualTo(Address.of(read));
            assertThat(Ipv6Address.parse(v6.toString())).isEqualTo(v6);
        }
    }
}
