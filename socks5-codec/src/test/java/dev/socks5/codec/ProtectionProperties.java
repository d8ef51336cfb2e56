package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.socks5.codec.Generators.Pieces;
import dev.socks5.testing.FakeContext;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

@Domain(Generators.class)
@Domain(DomainContext.Global.class)
class ProtectionProperties {

    private static final int LONGEST_MESSAGE = 65_539;

    private static GssapiProtection client(int level) throws GssapiException {
        return new GssapiProtection(FakeContext.initiator("alice"), new ProtectionLevel(level));
    }

    private static GssapiProtection server(int level) throws GssapiException {
        return new GssapiProtection(FakeContext.acceptor(), new ProtectionLevel(level));
    }

    @Property
    void whatIsWrappedIsUnwrappedHoweverItIsCut(
            @ForAll @IntRange(min = 1, max = 3) int level,
            @ForAll @Size(max = 20) List<byte[]> parts,
            @ForAll Pieces pieces)
            throws Socks5Exception {
        GssapiProtection sender = client(level);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            sent.writeBytes(part);
            stream.writeBytes(octets(sender.wrap(ByteBuffer.wrap(part))));
        }
        GssapiProtection receiver = server(level);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(stream.toByteArray()).limit(0);
        for (int i = 0; in.limit() < in.capacity(); i++) {
            in.limit(in.limit() + Math.min(pieces.size(i), in.capacity() - in.limit()));
            boolean complete = receiver.missing(in) == 0;
            Optional<ByteBuffer> part = receiver.unwrap(in);
            assertThat(part.isPresent()).isEqualTo(complete);
            while (part.isPresent()) {
                received.writeBytes(octets(part.get()));
                part = receiver.unwrap(in);
            }
        }
        assertThat(received.toByteArray()).isEqualTo(sent.toByteArray());
        assertThat(in.hasRemaining()).isFalse();
    }

    /** Whatever octet it is, of header, token or checksum, and whichever way it is changed. */
    @Property(tries = 500)
    void aDamagedMessageIsAnError(
            @ForAll @IntRange(min = 1, max = 3) int level,
            @ForAll byte[] data,
            @ForAll int at,
            @ForAll @IntRange(min = 1, max = 0xFF) int change)
            throws Socks5Exception {
        byte[] message = octets(client(level).wrap(ByteBuffer.wrap(data)));
        message[Math.floorMod(at, message.length)] ^= (byte) change;
        ByteBuffer datagram = ByteBuffer.wrap(message);
        assertThat(catchThrowable(() -> server(level).unwrapDatagram(datagram))).isInstanceOf(Socks5Exception.class);
        assertThat(datagram.position()).isZero();
        // as much behind it as LEN could say
        ByteBuffer stream =
                ByteBuffer.allocate(message.length + LONGEST_MESSAGE).put(0, message);
        assertThat(catchThrowable(() -> server(level).unwrap(stream))).isInstanceOf(Socks5Exception.class);
        assertThat(stream.position()).isZero();
    }

    /** Up to there all is well. */
    @Property
    void aStreamIsCompleteAndInOrder(
            @ForAll @Size(min = 2, max = 10) List<byte[]> parts, @ForAll int at, @ForAll Change change)
            throws Socks5Exception {
        List<ByteBuffer> messages = wrapped(parts, client(1));
        int index = Math.floorMod(at, parts.size() - 1);
        change.of(messages, index);
        int good = change == Change.REPLAY ? index + 1 : index;
        GssapiProtection receiver = server(1);
        for (int i = 0; i < good; i++) {
            assertThat(receiver.unwrap(messages.get(i))).contains(ByteBuffer.wrap(parts.get(i)));
        }
        assertThatExceptionOfType(GssapiException.class)
                .isThrownBy(() -> receiver.unwrap(messages.get(good)))
                .withMessageStartingWith("a protected message is out of sequence: ");
    }

    enum Change {
        REPLAY,
        DROP,
        SWAP;

        private void of(List<ByteBuffer> messages, int index) {
            switch (this) {
                case REPLAY -> messages.add(index + 1, messages.get(index).duplicate());
                case DROP -> messages.remove(index);
                case SWAP -> Collections.swap(messages, index, index + 1);
            }
        }
    }

    @Property
    void datagramsMayBeLostAndOvertakeEachOtherButNoneIsTakenTwice(
            @ForAll @IntRange(min = 1, max = 3) int level,
            @ForAll @Size(min = 1, max = 10) List<byte[]> parts,
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 10) int arriving)
            throws Socks5Exception {
        List<ByteBuffer> datagrams = new ArrayList<>();
        GssapiProtection sender = client(level);
        for (byte[] part : parts) {
            datagrams.add(sender.wrapDatagram(ByteBuffer.wrap(part)));
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(seed));
        GssapiProtection receiver = server(level);
        for (int index : order.subList(0, Math.min(arriving, order.size()))) {
            ByteBuffer copy = datagrams.get(index).duplicate();
            assertThat(receiver.unwrapDatagram(datagrams.get(index))).isEqualTo(ByteBuffer.wrap(parts.get(index)));
            assertThatExceptionOfType(GssapiException.class).isThrownBy(() -> receiver.unwrapDatagram(copy));
        }
    }

    @Property
    void aDatagramFitsIntoTheRoomThatThereIs(@ForAll @IntRange(min = 15, max = 65_507) int room)
            throws Socks5Exception {
        GssapiProtection sender = client(2);
        ByteBuffer longest = ByteBuffer.allocate(sender.greatestDatagram(room));
        assertThat(sender.wrapDatagram(longest).remaining()).isLessThanOrEqualTo(room);
    }

    private static List<ByteBuffer> wrapped(List<byte[]> parts, GssapiProtection sender) throws GssapiException {
        List<ByteBuffer> messages = new ArrayList<>();
        for (byte[] part : parts) {
            messages.add(sender.wrap(ByteBuffer.wrap(part)));
        }
        return messages;
    }

    private static byte[] octets(ByteBuffer buffer) {
        byte[] octets = new byte[buffer.remaining()];
        buffer.get(octets);
        return octets;
    }
}
