package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.socks5.codec.Address;
import dev.socks5.codec.Endpoint;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header of a balancer: the contract of a decoder, and nothing is taken but what the specification has. */
class ProxyHeaderFuzzTest {

    private static final String PORT = "(0|[1-9][0-9]{0,4})";
    private static final Pattern LINE = Pattern.compile("PROXY (?:UNKNOWN(?: [^\r\n]*)?"
            + "|TCP4 ([0-9.]{7,15}) ([0-9.]{7,15}) " + PORT + " " + PORT
            + "|TCP6 ([0-9A-Fa-f:.]{2,45}) ([0-9A-Fa-f:.]{2,45}) " + PORT + " " + PORT + ")\r\n");
    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);

    @FuzzTest
    void header(byte[] data) throws UnknownHostException {
        ByteBuffer in = ByteBuffer.wrap(data);
        Object outcome = outcome(in);
        int taken = in.position();
        boolean isHeader = outcome instanceof ProxyHeader;
        for (int length = 0; length < data.length; length++) {
            Object earlier = outcome(ByteBuffer.wrap(data, 0, length));
            if (isHeader) {
                assertThat(earlier).isEqualTo(length < taken ? Optional.empty() : outcome);
            } else {
                assertThat(earlier).isIn(Optional.empty(), outcome);
            }
        }
        if (isHeader) {
            byte[] header = Arrays.copyOf(data, taken);
            Optional<Endpoint> source = data[0] == 'P' ? sourceOfLine(header) : sourceOfBlock(header);
            assertThat(Optional.ofNullable(((ProxyHeader) outcome).source())).isEqualTo(source);
        } else if (outcome == ProtocolException.class) {
            assertThat(outcome(ByteBuffer.wrap(Arrays.copyOf(data, data.length + 5_000))))
                    .isEqualTo(outcome);
        } else {
            assertThat(data.length).isLessThan(16 + 4096); // there is an end to waiting
        }
    }

    private static Object outcome(ByteBuffer in) {
        int start = in.position();
        try {
            Optional<ProxyHeader> header = ProxyHeader.decode(in);
            if (header.isPresent()) {
                return header.get();
            }
        } catch (ProtocolException e) {
            assertThat(in.position()).isEqualTo(start);
            assertThat(e.getMessage()).matches("PROXY header: [a-zA-Z ]+");
            return ProtocolException.class;
        }
        assertThat(in.position()).isEqualTo(start);
        return Optional.empty();
    }

    private static Optional<Endpoint> sourceOfLine(byte[] header) throws UnknownHostException {
        assertThat(header.length).isLessThanOrEqualTo(107);
        Matcher line = LINE.matcher(new String(header, StandardCharsets.ISO_8859_1));
        assertThat(line.matches()).isTrue();
        int first = line.group(1) != null ? 1 : 5;
        if (line.group(first) == null) {
            return Optional.empty();
        }
        assertThat(Integer.parseInt(line.group(first + 3))).isLessThan(65_536);
        InetAddress.getByName(line.group(first + 1)); // an address, too
        return source(InetAddress.getByName(line.group(first)), Integer.parseInt(line.group(first + 2)));
    }

    private static Optional<Endpoint> sourceOfBlock(byte[] header) throws UnknownHostException {
        assertThat(header).startsWith(SIGNATURE);
        ByteBuffer block = ByteBuffer.wrap(header, SIGNATURE.length, header.length - SIGNATURE.length);
        int command = block.get();
        int transport = block.get();
        assertThat(command).isIn(0x20, 0x21);
        assertThat((int) block.getShort()).isEqualTo(block.remaining());
        if (command == 0x20 || (transport != 0x11 && transport != 0x21)) {
            return Optional.empty();
        }
        byte[] address = new byte[transport == 0x11 ? 4 : 16];
        block.get(address).position(block.position() + address.length);
        return source(InetAddress.getByAddress(address), block.getShort() & 0xFFFF);
    }

    /** The JDK gives the IPv4 address for a mapped one, as the server shall. */
    private static Optional<Endpoint> source(InetAddress address, int port) {
        return Optional.of(new Endpoint(Address.of(address), port));
    }
}
