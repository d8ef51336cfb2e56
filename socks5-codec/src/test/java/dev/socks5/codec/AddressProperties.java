package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

@Domain(Generators.class)
@Domain(DomainContext.Global.class)
class AddressProperties {

    @Property
    void ipv4TextIsReadBack(@ForAll Ipv4Address address) {
        assertThat(Address.parse(address.toString())).isEqualTo(address);
    }

    @Property
    void ipv6TextIsReadBack(@ForAll Ipv6Address address) {
        assertThat(Address.parse(address.toString())).isEqualTo(address);
        assertThat(Address.parse("[" + address + "]")).isEqualTo(address);
    }

    /** RFC 5952: as short as can be, lower case, one gap, and never for a single group; IPv4-mapped in decimal. */
    @Property
    void ipv6TextIsCanonical(@ForAll Ipv6Address address) {
        String text = address.toString();
        if (address.isIpv4Mapped()) {
            assertThat(text).isEqualTo("::ffff:" + address.embeddedIpv4().orElseThrow());
            return;
        }
        assertThat(text).matches("[0-9a-f:]+").doesNotContainPattern("(^|:)0[0-9a-f]");
        assertThat(text.indexOf("::")).isEqualTo(text.lastIndexOf("::"));
        if (!text.contains("::")) {
            assertThat(text).doesNotContainPattern("(^|:)0:0(:|$)");
        }
        assertThat(Ipv6Address.parse(text)).hasToString(text);
    }

    /** A literal with a colon in it is never looked up. */
    @Property
    void theJdkReadsIpv6TextAlike(@ForAll Ipv6Address address) throws UnknownHostException {
        assertThat(sixteenOctets(InetAddress.getByName(address.toString()))).isEqualTo(octets(address));
        String full = address.toInetAddress().getHostAddress();
        assertThat(Ipv6Address.parse(full)).isEqualTo(address);
    }

    /**
     * But for groups of more than four digits, which RFC 4291 does not know and the JDK reads if they start with zeros.
     */
    @Property(tries = 3000)
    void theJdkAcceptsAndRefusesAlike(@ForAll("nearlyIpv6") String text) {
        byte[] ours = null;
        try {
            ours = octets(Ipv6Address.parse(text));
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("not an IPv6 address");
        }
        byte[] theirs = null;
        try {
            theirs = sixteenOctets(InetAddress.getByName("[" + text + "]"));
        } catch (UnknownHostException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
        boolean longGroup = Pattern.compile("[0-9A-Fa-f]{5}").matcher(text).find();
        assertThat(ours).isEqualTo(longGroup ? null : theirs);
    }

    @Provide
    Arbitrary<String> nearlyIpv6() {
        return Arbitraries.of("::", ":", "1:", "0:", ":ab", "fFfF", "12345", ":2:3", ":0:0", "0", "8")
                .list()
                .ofMinSize(1)
                .ofMaxSize(9)
                .map(parts -> String.join("", parts));
    }

    @Property
    void theJdksAddressesComeBack(
            @ForAll Ipv4Address ipv4, @ForAll Ipv6Address ipv6, @ForAll @IntRange(max = 0xFFFF) int port) {
        for (Address address : List.of(ipv4, ipv6)) {
            Endpoint endpoint = new Endpoint(address, port);
            assertThat(Endpoint.of(endpoint.toInetSocketAddress())).isEqualTo(endpoint);
        }
    }

    @Property
    void namesAreShownInPrintableAscii(@ForAll DomainName name) {
        assertThat(name.toString())
                .matches("[!-~]+")
                .hasSizeGreaterThanOrEqualTo(name.octets().length());
    }

    @Property
    void aBlockHoldsWhatSharesItsPrefix(
            @ForAll Ipv6Address network,
            @ForAll @IntRange(max = 128) int prefix,
            @ForAll @IntRange(max = 127) int bit) {
        EndpointPattern pattern = EndpointPattern.parse(network + "/" + prefix);
        Ipv6Address flipped = bit < 64
                ? new Ipv6Address(network.high() ^ (Long.MIN_VALUE >>> bit), network.low())
                : new Ipv6Address(network.high(), network.low() ^ (Long.MIN_VALUE >>> (bit - 64)));
        assertThat(pattern.test(new Endpoint(network, 0))).isTrue();
        assertThat(pattern.test(new Endpoint(flipped, 0))).isEqualTo(bit >= prefix);
    }

    @Property
    void anIpv4BlockHoldsWhatSharesItsPrefix(
            @ForAll Ipv4Address network, @ForAll @IntRange(max = 32) int prefix, @ForAll @IntRange(max = 31) int bit) {
        EndpointPattern pattern = EndpointPattern.parse(network + "/" + prefix);
        Ipv4Address flipped = new Ipv4Address(network.bits() ^ (Integer.MIN_VALUE >>> bit));
        assertThat(pattern.test(new Endpoint(network, 0))).isTrue();
        assertThat(pattern.test(new Endpoint(flipped, 0))).isEqualTo(bit >= prefix);
        Ipv6Address mapped = new Ipv6Address(0, 0xFFFF_0000_0000L | Integer.toUnsignedLong(flipped.bits()));
        assertThat(pattern.test(new Endpoint(mapped, 0))).isEqualTo(bit >= prefix);
    }

    private static byte[] octets(Ipv6Address address) {
        return ByteBuffer.allocate(16)
                .putLong(address.high())
                .putLong(address.low())
                .array();
    }

    /** The JDK makes an IPv4 address of an IPv4-mapped one. */
    private static byte[] sixteenOctets(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets.length == 16
                ? octets
                : ByteBuffer.allocate(16)
                        .putShort(10, (short) 0xFFFF)
                        .put(12, octets)
                        .array();
    }
}
