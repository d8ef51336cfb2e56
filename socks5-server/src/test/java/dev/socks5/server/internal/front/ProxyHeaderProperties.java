package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.socks5.server.ClientAddress;
import dev.socks5.server.RawClient;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;

/** Any header, cut and damaged anywhere. What is written here is written by hand, from the specification. */
class ProxyHeaderProperties {

    private static final InetSocketAddress BALANCER = new InetSocketAddress("127.0.0.1", 1);

    /** A header, and the client that it names. */
    record Sample(String hex, InetSocketAddress client) {
        Sample(byte[] octets, InetSocketAddress client) {
            this(RawClient.hex(octets), client);
        }

        byte[] octets() {
            return RawClient.bytes(hex);
        }
    }

    @Property
    void whatIsWrittenIsRead(@ForAll("headers") Sample sample, @ForAll byte[] behind) throws ProtocolException {
        ByteBuffer in = ByteBuffer.allocate(sample.octets().length + behind.length)
                .put(sample.octets())
                .put(behind)
                .flip();
        Optional<ProxyHeader> header = ProxyHeader.decode(in);
        assertThat(header.map(read -> read.client(ClientAddress.of(BALANCER))))
                .contains(ClientAddress.of(sample.client()));
        assertThat(in).isEqualTo(ByteBuffer.wrap(behind));
    }

    @Property
    void itIsReadOnceItIsWhole(@ForAll("headers") Sample sample) throws ProtocolException {
        byte[] octets = sample.octets();
        for (int length = 0; length < octets.length; length++) {
            ByteBuffer in = ByteBuffer.wrap(octets, 0, length);
            assertThat(ProxyHeader.decode(in)).isEmpty();
            assertThat(in.position()).isZero();
        }
    }

    /**
     * Whatever comes, more of it does not change what has been said of less, and the buffer stays or is right behind
     * it.
     */
    @Property(tries = 3000)
    void anyOctetsAtAll(
            @ForAll("headers") Sample sample,
            @ForAll int at,
            @ForAll byte octet,
            @ForAll @Size(max = 200) byte[] behind,
            @ForAll boolean wild)
            throws ProtocolException {
        byte[] octets = wild ? behind.clone() : Arrays.copyOf(sample.octets(), sample.octets().length + 3);
        if (octets.length > 0) {
            octets[Math.floorMod(at, octets.length)] = octet;
        }
        String before = "incomplete";
        for (int length = 0; length <= octets.length; length++) {
            String now = outcome(ByteBuffer.wrap(octets, 0, length));
            if (!before.equals("incomplete")) {
                assertThat(now).isEqualTo(before);
            }
            before = now;
        }
    }

    private static String outcome(ByteBuffer in) {
        try {
            return ProxyHeader.decode(in)
                    .map(header -> header + " of " + in.position())
                    .orElseGet(() -> in.position() == 0 ? "incomplete" : "moved");
        } catch (ProtocolException e) {
            return in.position() == 0 ? "malformed" : "moved";
        }
    }

    /** No damage to the fixed part of a block is overlooked; what it leaves open is which client is named. */
    @Property
    void aDamagedSignatureIsNone(@ForAll("headers") Sample sample, @ForAll int at, @ForAll byte octet) {
        byte[] octets = sample.octets();
        int fixed = octets[0] == 'P' ? 6 : 12;
        int index = Math.floorMod(at, fixed);
        if (octets[index] != octet) {
            octets[index] = octet;
            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> ProxyHeader.decode(ByteBuffer.wrap(octets)));
        }
    }

    @Provide
    Arbitrary<Sample> headers() {
        Arbitrary<byte[]> ipv4 = Arbitraries.bytes().array(byte[].class).ofSize(4);
        Arbitrary<byte[]> any = Arbitraries.bytes().array(byte[].class).ofSize(16);
        Arbitrary<byte[]> sparse = Arbitraries.frequencyOf(
                        Tuple.of(4, Arbitraries.just((byte) 0)), Tuple.of(1, Arbitraries.bytes()))
                .array(byte[].class)
                .ofSize(16);
        Arbitrary<byte[]> mapped = ipv4.map(last ->
                ByteBuffer.allocate(16).putLong(0).putInt(0xFFFF).put(last).array());
        Arbitrary<byte[]> addresses = Arbitraries.oneOf(ipv4, any, sparse, mapped);
        Arbitrary<Integer> ports = Arbitraries.integers().between(0, 0xFFFF);
        Arbitrary<byte[]> extensions = Arbitraries.bytes().array(byte[].class).ofMaxSize(60);
        Arbitrary<Sample> lines = Combinators.combine(addresses, ports, Arbitraries.of(true, false))
                .as(ProxyHeaderProperties::line);
        Arbitrary<Sample> blocks =
                Combinators.combine(addresses, ports, extensions).as(ProxyHeaderProperties::block);
        Arbitrary<Sample> local = extensions.map(ProxyHeaderProperties::local);
        return Arbitraries.frequencyOf(Tuple.of(4, lines), Tuple.of(4, blocks), Tuple.of(1, local));
    }

    private static Sample line(byte[] address, int port, boolean upperCase) {
        String text = address.length == 4 ? decimal(address) : hexadecimal(address, upperCase);
        String line = "PROXY TCP" + (address.length == 4 ? "4 " : "6 ") + text + " " + text + " " + port + " 1080\r\n";
        return new Sample(line.getBytes(StandardCharsets.US_ASCII), client(address, port));
    }

    private static String decimal(byte[] address) {
        return (address[0] & 0xFF) + "." + (address[1] & 0xFF) + "." + (address[2] & 0xFF) + "." + (address[3] & 0xFF);
    }

    private static String hexadecimal(byte[] address, boolean upperCase) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 16; i += 2) {
            int group = (address[i] & 0xFF) * 256 + (address[i + 1] & 0xFF);
            text.append(i == 0 ? "" : ":").append((upperCase ? "%X" : "%04x").formatted(group));
        }
        return text.toString();
    }

    private static Sample block(byte[] address, int port, byte[] extensions) {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        rest.writeBytes(address);
        rest.writeBytes(address);
        rest.writeBytes(new byte[] {(byte) (port / 256), (byte) port, 4, 56});
        rest.writeBytes(extensions);
        return new Sample(block(0x21, address.length == 4 ? 0x11 : 0x21, rest.toByteArray()), client(address, port));
    }

    private static Sample local(byte[] extensions) {
        return new Sample(block(0x20, 0x00, extensions), BALANCER);
    }

    private static byte[] block(int command, int transport, byte[] rest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(new byte[] {(byte) command, (byte) transport, 0, (byte) rest.length});
        out.writeBytes(rest);
        return out.toByteArray();
    }

    /** The JDK makes an IPv4 address of an IPv4-mapped one, as the header's reader has to. */
    private static InetSocketAddress client(byte[] address, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 octets", e);
        }
    }
}
