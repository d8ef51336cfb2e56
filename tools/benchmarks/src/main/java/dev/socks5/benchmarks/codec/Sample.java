package dev.socks5.benchmarks.codec;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Message;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.PasswordResponse;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.codec.UdpHeader;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;

/** One message of each kind, and who decodes it. */
@SuppressWarnings("ImmutableEnumChecker") // All that it holds is immutable; no type says so.
public enum Sample {
    GREETING(
            Greeting.of(AuthMethod.NO_AUTHENTICATION, AuthMethod.USERNAME_PASSWORD),
            Greeting::decode,
            NettyDecoder.OfGreeting::new),
    METHOD_SELECTION(
            new MethodSelection(AuthMethod.USERNAME_PASSWORD),
            MethodSelection::decode,
            NettyDecoder.OfMethodSelection::new),
    LOGIN(PasswordRequest.of("alice", "correct horse"), PasswordRequest::decode, NettyDecoder.OfLogin::new),
    LOGIN_RESULT(PasswordResponse.SUCCESS, PasswordResponse::decode, NettyDecoder.OfLoginResult::new),
    REQUEST_IPV4(Request.connect(Endpoint.of("192.0.2.1", 443)), Request::decode, NettyDecoder.OfRequest::new),
    REQUEST_IPV6(Request.connect(Endpoint.of("2001:db8::1", 443)), Request::decode, NettyDecoder.OfRequest::new),
    REQUEST_NAME(Request.connect(Endpoint.of("www.example.com", 443)), Request::decode, NettyDecoder.OfRequest::new),
    REPLY_IPV4(Reply.success(Endpoint.of("192.0.2.1", 1080)), Reply::decode, NettyDecoder.OfReply::new),
    REPLY_IPV6(Reply.success(Endpoint.of("2001:db8::1", 1080)), Reply::decode, NettyDecoder.OfReply::new),
    REPLY_NAME(Reply.success(Endpoint.of("www.example.com", 1080)), Reply::decode, NettyDecoder.OfReply::new),
    UDP_IPV4(UdpHeader.of(Endpoint.of("192.0.2.1", 53)), UdpHeader::decode, NettyDecoder.OfUdpHeader::new),
    UDP_IPV6(UdpHeader.of(Endpoint.of("2001:db8::1", 53)), UdpHeader::decode, NettyDecoder.OfUdpHeader::new),
    UDP_NAME(UdpHeader.of(Endpoint.of("www.example.com", 53)), UdpHeader::decode, NettyDecoder.OfUdpHeader::new);

    /** One of our {@code decode} methods. */
    @FunctionalInterface
    interface Decoder {
        Optional<? extends Message> decode(ByteBuffer in) throws MalformedMessageException;
    }

    private final Message message;
    private final Decoder decoder;
    private final Supplier<NettyDecoder> nettyDecoder;

    Sample(Message message, Decoder decoder, Supplier<NettyDecoder> nettyDecoder) {
        this.message = message;
        this.decoder = decoder;
        this.nettyDecoder = nettyDecoder;
    }

    Message message() {
        return message;
    }

    Decoder decoder() {
        return decoder;
    }

    NettyDecoder nettyDecoder() {
        return nettyDecoder.get();
    }

    /** The message as Netty has it. */
    Object nettyMessage() {
        return NettyMessages.of(message);
    }

    NettyEncoder nettyEncoder() {
        return NettyEncoder.of(message);
    }
}
