package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Buffers.Snapshot;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

@Domain(Generators.class)
@Domain(DomainContext.Global.class)
class MessageProperties {

    @FunctionalInterface
    private interface AnyDecoder {
        Optional<? extends Message> decode(ByteBuffer in) throws MalformedMessageException;
    }

    private static final List<AnyDecoder> DECODERS = List.of(
            Greeting::decode,
            MethodSelection::decode,
            PasswordRequest::decode,
            PasswordResponse::decode,
            Request::decode,
            Reply::decode,
            UdpHeader::decode,
            GssapiMessage::decode);

    @Property
    void greetings(@ForAll Greeting message, @ForAll byte[] behind) throws MalformedMessageException {
        survives(message, Greeting::decode, behind);
    }

    @Property
    void selections(@ForAll MethodSelection message, @ForAll byte[] behind) throws MalformedMessageException {
        survives(message, MethodSelection::decode, behind);
    }

    @Property
    void logins(@ForAll PasswordRequest message, @ForAll byte[] behind) throws MalformedMessageException {
        survives(message, PasswordRequest::decode, behind);
    }

    @Property
    void loginResults(@ForAll PasswordResponse message, @ForAll byte[] behind) throws MalformedMessageException {
        survives(message, PasswordResponse::decode, behind);
    }

    @Property
    void requests(@ForAll Request message, @ForAll byte[] behind) throws MalformedMessageException {
        survives(message, Request::decode, behind);
    }

    @Property
    void replies(@ForAll Reply message, @ForAll byte[] behind) throws MalformedMessageException {
        survives(message, Reply::decode, behind);
    }

    @Property
    void headers(@ForAll UdpHeader message, @ForAll byte[] behind) throws MalformedMessageException {
        survives(message, UdpHeader::decode, behind);
    }

    @Property
    void gssapiMessages(@ForAll GssapiMessage message, @ForAll byte[] behind) throws MalformedMessageException {
        survives(message, GssapiMessage::decode, behind);
    }

    private static <M extends Message> void survives(M message, DecodeContract.Decoder<M> decoder, byte[] behind)
            throws MalformedMessageException {
        ByteBuffer octets = message.encode();
        int length = octets.remaining();
        assertThat(length).isEqualTo(message.encodedLength());
        assertThat(decoder.decode(octets.duplicate().limit(length - 1))).isEmpty();

        byte[] stream = ByteBuffer.allocate(length + behind.length)
                .put(octets)
                .put(behind)
                .array();
        for (Buffers kind : Buffers.values()) {
            ByteBuffer in = kind.holding(stream);
            assertThat(decoder.decode(in)).contains(message);
            assertThat(in).isEqualTo(ByteBuffer.wrap(behind));
        }
    }

    /** Nothing but a message, too little, or a complaint; and what is read is what would be written. */
    @Property(tries = 3000)
    void anyOctetsAtAll(@ForAll("octets") byte[] octets) {
        for (AnyDecoder decoder : DECODERS) {
            ByteBuffer in = ByteBuffer.wrap(octets);
            Snapshot before = Snapshot.of(in);
            try {
                Optional<? extends Message> message = decoder.decode(in);
                if (message.isEmpty() || !isReplyWithEmptyName(message.get(), octets)) {
                    assertThat(in.position())
                            .isEqualTo(message.map(Message::encodedLength).orElse(0));
                }
                in.position(0);
            } catch (MalformedMessageException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
            assertThat(Snapshot.of(in)).isEqualTo(before);
        }
    }

    /** The one thing that is read and never written: see {@link Reply#decode}. */
    private static boolean isReplyWithEmptyName(Message message, byte[] octets) {
        return message instanceof Reply && octets[3] == DomainName.TYPE && octets[4] == 0;
    }

    /** Wholly random octets seldom get past the version; these often get as far as the address. */
    @Provide
    Arbitrary<byte[]> octets() {
        Arbitrary<byte[]> any = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
        Arbitrary<Byte> first = Arbitraries.of((byte) 0, (byte) 1, (byte) 5);
        Arbitrary<Byte> type = Arbitraries.of((byte) 1, (byte) 3, (byte) 4, (byte) 2);
        Arbitrary<Byte> code = Arbitraries.oneOf(Arbitraries.bytes(), Arbitraries.of((byte) 2, (byte) 3, (byte) 0xFF));
        Arbitrary<byte[]> likely = Combinators.combine(first, code, first, type, any)
                .as((version, second, reserved, address, rest) -> ByteBuffer.allocate(4 + rest.length)
                        .put(version)
                        .put(second)
                        .put(reserved)
                        .put(address)
                        .put(rest)
                        .array());
        return Arbitraries.frequencyOf(Tuple.of(1, any), Tuple.of(3, likely));
    }
}
