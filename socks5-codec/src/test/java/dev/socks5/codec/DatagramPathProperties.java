package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.DatagramPath.Received;
import dev.socks5.codec.DatagramPath.Relay;
import dev.socks5.testing.FakeContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

@Domain(Generators.class)
@Domain(DomainContext.Global.class)
class DatagramPathProperties {

    /** Does what real relays do: each takes one layer off, and puts one on for what comes back. */
    private static final class Relays {
        private final List<Relay> ours = new ArrayList<>();
        private final List<Optional<Protection>> theirs = new ArrayList<>();

        Relays(List<Endpoint> addresses, List<Boolean> areProtected) throws GssapiException {
            for (int i = 0; i < addresses.size(); i++) {
                boolean isProtected = areProtected.get(i % areProtected.size());
                ours.add(new Relay(
                        addresses.get(i),
                        isProtected ? Optional.of(protection(FakeContext.initiator("alice"))) : Optional.empty()));
                theirs.add(isProtected ? Optional.of(protection(FakeContext.acceptor())) : Optional.empty());
            }
        }

        private static Protection protection(FakeContext context) throws GssapiException {
            return new GssapiProtection(context, ProtectionLevel.INTEGRITY);
        }

        /** Takes the datagram to where it says, and gives what arrives there. */
        ByteBuffer pass(ByteBuffer sent, Endpoint destination) throws IOException {
            ByteBuffer datagram = sent;
            for (int i = 0; i < ours.size(); i++) {
                ByteBuffer bare =
                        theirs.get(i).isPresent() ? theirs.get(i).get().unwrapDatagram(datagram) : datagram;
                boolean isLast = i == ours.size() - 1;
                assertThat(UdpHeader.decode(bare))
                        .contains(UdpHeader.of(
                                isLast ? destination : ours.get(i + 1).address()));
                datagram = bare;
            }
            return datagram;
        }

        ByteBuffer passBack(ByteBuffer data, Endpoint source) throws IOException {
            ByteBuffer datagram = data;
            for (int i = ours.size() - 1; i >= 0; i--) {
                boolean isLast = i == ours.size() - 1;
                UdpHeader header =
                        UdpHeader.of(isLast ? source : ours.get(i + 1).address());
                ByteBuffer layer = ByteBuffer.allocate(header.encodedLength() + datagram.remaining());
                header.encode(layer);
                layer.put(datagram).flip();
                datagram = theirs.get(i).isPresent() ? theirs.get(i).get().wrapDatagram(layer) : layer;
            }
            return datagram;
        }
    }

    @Property
    void whatGoesThroughTheRelaysArrives(
            @ForAll @Size(min = 1, max = 4) List<Endpoint> relays,
            @ForAll @Size(min = 1, max = 3) List<Boolean> areProtected,
            @ForAll Endpoint destination,
            @ForAll @Size(max = 2000) byte[] data)
            throws IOException {
        Relays there = new Relays(relays, areProtected);
        DatagramPath path = DatagramPath.of(there.ours);
        ByteBuffer sent = path.wrap(destination, ByteBuffer.wrap(data));
        assertThat(there.pass(sent, destination)).isEqualTo(ByteBuffer.wrap(data));

        Received back =
                path.unwrap(there.passBack(ByteBuffer.wrap(data), destination)).orElseThrow();
        assertThat(back.source()).isEqualTo(destination);
        assertThat(back.data()).isEqualTo(ByteBuffer.wrap(data));
    }

    @Property(tries = 200)
    void theGreatestPayloadFitsAndOneMoreDoesNot(
            @ForAll @Size(min = 1, max = 4) List<Endpoint> relays,
            @ForAll @Size(min = 1, max = 3) List<Boolean> areProtected,
            @ForAll Endpoint destination)
            throws IOException {
        Relays there = new Relays(relays, areProtected);
        DatagramPath path = DatagramPath.of(there.ours);
        int greatest = path.greatestPayload(destination);
        assertThat(path.wrap(destination, ByteBuffer.allocate(greatest)).remaining())
                .isEqualTo(UdpHeader.MAX_DATAGRAM);
    }

    @Property
    void anyOctetsAtAll(
            @ForAll @Size(min = 1, max = 3) List<Endpoint> relays,
            @ForAll @Size(min = 1, max = 3) List<Boolean> areProtected,
            @ForAll @Size(max = 100) byte[] octets)
            throws IOException {
        DatagramPath path = DatagramPath.of(new Relays(relays, areProtected).ours);
        Optional<Received> received = path.unwrap(ByteBuffer.wrap(octets));
        received.ifPresent(datagram -> assertThat(datagram.whole().remaining())
                .isEqualTo(UdpHeader.of(datagram.source()).encodedLength()
                        + datagram.data().remaining()));
    }
}
