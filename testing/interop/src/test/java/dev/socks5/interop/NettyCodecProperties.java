package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Address;
import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Command;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.Ipv4Address;
import dev.socks5.codec.Ipv6Address;
import dev.socks5.codec.Message;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.PasswordResponse;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.socksx.v5.DefaultSocks5CommandRequest;
import io.netty.handler.codec.socksx.v5.DefaultSocks5CommandResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5InitialRequest;
import io.netty.handler.codec.socksx.v5.DefaultSocks5InitialResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5PasswordAuthRequest;
import io.netty.handler.codec.socksx.v5.DefaultSocks5PasswordAuthResponse;
import io.netty.handler.codec.socksx.v5.Socks5AddressType;
import io.netty.handler.codec.socksx.v5.Socks5ClientEncoder;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequest;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5CommandResponse;
import io.netty.handler.codec.socksx.v5.Socks5CommandResponseDecoder;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequest;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5InitialResponse;
import io.netty.handler.codec.socksx.v5.Socks5InitialResponseDecoder;
import io.netty.handler.codec.socksx.v5.Socks5Message;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequest;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthResponse;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthResponseDecoder;
import io.netty.handler.codec.socksx.v5.Socks5ServerEncoder;
import java.nio.ByteBuffer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;

/** Our codec and Netty's, each reading what the other has written. */
@PropertyDefaults(tries = 200)
class NettyCodecProperties {

    @Property
    void greeting(@ForAll("greetings") Greeting ours) throws Exception {
        Socks5InitialRequest theirs = readByNetty(ours, new Socks5InitialRequestDecoder(), Socks5InitialRequest.class);

        assertThat(theirs.authMethods().stream().map(method -> method.byteValue() & 0xFF))
                .containsExactlyElementsOf(
                        ours.methods().stream().map(AuthMethod::code).toList());
        assertThat(Greeting.decode(writtenByNetty(new DefaultSocks5InitialRequest(theirs.authMethods()))))
                .contains(ours);
    }

    @Property
    void methodSelection(@ForAll("octets") int code) throws Exception {
        MethodSelection ours = new MethodSelection(AuthMethod.of(code));
        Socks5InitialResponse theirs =
                readByNetty(ours, new Socks5InitialResponseDecoder(), Socks5InitialResponse.class);

        assertThat(theirs.authMethod().byteValue()).isEqualTo((byte) code);
        assertThat(MethodSelection.decode(writtenByNetty(new DefaultSocks5InitialResponse(theirs.authMethod()))))
                .contains(ours);
    }

    @Property
    void login(@ForAll("logins") PasswordRequest ours) throws Exception {
        Socks5PasswordAuthRequest theirs =
                readByNetty(ours, new Socks5PasswordAuthRequestDecoder(), Socks5PasswordAuthRequest.class);

        assertThat(theirs.username()).isEqualTo(ours.username());
        assertThat(theirs.password()).isEqualTo(ours.password());
        assertThat(PasswordRequest.decode(
                        writtenByNetty(new DefaultSocks5PasswordAuthRequest(ours.username(), ours.password()))))
                .contains(ours);
    }

    @Property
    void loginsAnswer(@ForAll("octets") int status) throws Exception {
        PasswordResponse ours = new PasswordResponse(status);
        Socks5PasswordAuthResponse theirs =
                readByNetty(ours, new Socks5PasswordAuthResponseDecoder(), Socks5PasswordAuthResponse.class);

        assertThat(theirs.status().byteValue()).isEqualTo((byte) status);
        assertThat(theirs.status().isSuccess()).isEqualTo(ours.succeeded());
        assertThat(PasswordResponse.decode(writtenByNetty(new DefaultSocks5PasswordAuthResponse(theirs.status()))))
                .contains(ours);
    }

    @Property
    void request(@ForAll("octets") int code, @ForAll("endpoints") Endpoint destination) throws Exception {
        Request ours = new Request(Command.of(code), destination);
        Socks5CommandRequest theirs = readByNetty(ours, new Socks5CommandRequestDecoder(), Socks5CommandRequest.class);

        assertThat(theirs.type().byteValue()).isEqualTo((byte) code);
        assertThat(ours(theirs.dstAddrType(), theirs.dstAddr(), theirs.dstPort()))
                .isEqualTo(destination);
        assertThat(Request.decode(writtenByNetty(new DefaultSocks5CommandRequest(
                        theirs.type(), typeOf(destination), textOf(destination), destination.port()))))
                .contains(ours);
    }

    @Property
    void reply(@ForAll("octets") int code, @ForAll("endpoints") Endpoint bound) throws Exception {
        Reply ours = new Reply(ReplyCode.of(code), bound);
        Socks5CommandResponse theirs =
                readByNetty(ours, new Socks5CommandResponseDecoder(), Socks5CommandResponse.class);

        assertThat(theirs.status().byteValue()).isEqualTo((byte) code);
        assertThat(theirs.status().isSuccess()).isEqualTo(ours.succeeded());
        assertThat(ours(theirs.bndAddrType(), theirs.bndAddr(), theirs.bndPort()))
                .isEqualTo(bound);
        assertThat(Reply.decode(writtenByNetty(
                        new DefaultSocks5CommandResponse(theirs.status(), typeOf(bound), textOf(bound), bound.port()))))
                .contains(ours);
    }

    /** What one of Netty's decoders makes of our octets, all of which it must take. */
    private static <M extends Socks5Message> M readByNetty(Message ours, ChannelHandler decoder, Class<M> type) {
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.writeInbound(Unpooled.wrappedBuffer(ours.encode()));
        Socks5Message message = channel.readInbound();
        assertThat(message.decoderResult().isSuccess()).as("%s", message).isTrue();
        assertThat(channel.inboundMessages()).isEmpty();
        assertThat(channel.finish()).isFalse();
        return type.cast(message);
    }

    private static ByteBuffer writtenByNetty(Socks5Message theirs) {
        boolean fromServer = theirs instanceof Socks5InitialResponse
                || theirs instanceof Socks5PasswordAuthResponse
                || theirs instanceof Socks5CommandResponse;
        EmbeddedChannel channel =
                new EmbeddedChannel(fromServer ? Socks5ServerEncoder.DEFAULT : Socks5ClientEncoder.DEFAULT);
        channel.writeOutbound(theirs);
        ByteBuf octets = channel.readOutbound();
        try {
            return ByteBuffer.wrap(ByteBufUtil.getBytes(octets));
        } finally {
            octets.release();
            channel.finish();
        }
    }

    private static Socks5AddressType typeOf(Endpoint endpoint) {
        if (endpoint.address() instanceof DomainName) {
            return Socks5AddressType.DOMAIN;
        }
        return endpoint.address() instanceof Ipv4Address ? Socks5AddressType.IPv4 : Socks5AddressType.IPv6;
    }

    /** Netty's messages carry addresses as text, and so does ours print them. */
    private static String textOf(Endpoint endpoint) {
        return endpoint.address().toString();
    }

    private static Endpoint ours(Socks5AddressType type, String text, int port) {
        Address address;
        if (type.equals(Socks5AddressType.DOMAIN)) {
            address = new DomainName(text);
        } else {
            address = type.equals(Socks5AddressType.IPv4) ? Ipv4Address.parse(text) : Ipv6Address.parse(text);
        }
        return new Endpoint(address, port);
    }

    @Provide
    Arbitrary<Integer> octets() {
        return Arbitraries.integers().between(0x00, 0xFF);
    }

    /** At least one method: Netty takes a greeting without any for malformed. */
    @Provide
    Arbitrary<Greeting> greetings() {
        return octets().map(AuthMethod::of).list().ofMinSize(1).ofMaxSize(255).map(Greeting::new);
    }

    /** ASCII, NUL included: Netty reads and writes nothing else. */
    @Provide
    Arbitrary<PasswordRequest> logins() {
        Arbitrary<String> field = Arbitraries.strings().ascii().ofMaxLength(255);
        return Combinators.combine(field, field).as(PasswordRequest::new);
    }

    @Provide
    Arbitrary<Endpoint> endpoints() {
        Arbitrary<Address> addresses = Arbitraries.oneOf(
                Arbitraries.integers().map(Ipv4Address::new),
                Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(Ipv6Address::new),
                Arbitraries.integers().map(bits -> new Ipv6Address(0, 0xFFFF_0000_0000L | (bits & 0xFFFF_FFFFL))),
                names());
        return Combinators.combine(addresses, Arbitraries.integers().between(0, 0xFFFF))
                .as(Endpoint::new);
    }

    /**
     * Letters, digits and hyphens, in labels of the usual length: Netty puts names through {@link java.net.IDN}, which
     * changes or refuses others. To us a name is 1 to 255 octets.
     */
    private static Arbitrary<DomainName> names() {
        Arbitrary<String> labels = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('A', 'Z')
                .numeric()
                .withChars('-')
                .ofMinLength(1)
                .ofMaxLength(62)
                .map(text -> "x" + text.substring(1).replace("--", "-y") + "z");
        return labels.list().ofMinSize(1).ofMaxSize(4).map(list -> new DomainName(String.join(".", list)));
    }
}
