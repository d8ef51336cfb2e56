package dev.socks5.benchmarks.codec;

import dev.socks5.codec.Address;
import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.Ipv4Address;
import dev.socks5.codec.Message;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.PasswordResponse;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.codec.UdpHeader;
import io.netty.handler.codec.socksx.v5.DefaultSocks5CommandRequest;
import io.netty.handler.codec.socksx.v5.DefaultSocks5CommandResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5InitialRequest;
import io.netty.handler.codec.socksx.v5.DefaultSocks5InitialResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5PasswordAuthRequest;
import io.netty.handler.codec.socksx.v5.DefaultSocks5PasswordAuthResponse;
import io.netty.handler.codec.socksx.v5.Socks5AddressType;
import io.netty.handler.codec.socksx.v5.Socks5AuthMethod;
import io.netty.handler.codec.socksx.v5.Socks5CommandStatus;
import io.netty.handler.codec.socksx.v5.Socks5CommandType;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthStatus;
import java.util.List;

/** Our messages in Netty's words. */
final class NettyMessages {

    private NettyMessages() {}

    /** What Netty has no class for, put as its classes put it: an address as its type and a text. */
    record UdpDatagramHeader(int fragment, Socks5AddressType type, String address, int port) {}

    static Object of(Message message) {
        if (message instanceof Greeting greeting) {
            List<Socks5AuthMethod> methods =
                    greeting.methods().stream().map(NettyMessages::method).toList();
            return new DefaultSocks5InitialRequest(methods);
        }
        if (message instanceof MethodSelection selection) {
            return new DefaultSocks5InitialResponse(method(selection.method()));
        }
        if (message instanceof PasswordRequest login) {
            return new DefaultSocks5PasswordAuthRequest(login.username(), login.password());
        }
        if (message instanceof PasswordResponse result) {
            return new DefaultSocks5PasswordAuthResponse(Socks5PasswordAuthStatus.valueOf((byte) result.status()));
        }
        if (message instanceof Request request) {
            Endpoint to = request.destination();
            Socks5CommandType command =
                    Socks5CommandType.valueOf((byte) request.command().code());
            return new DefaultSocks5CommandRequest(command, type(to), text(to), to.port());
        }
        if (message instanceof Reply reply) {
            Endpoint bound = reply.bound();
            Socks5CommandStatus status =
                    Socks5CommandStatus.valueOf((byte) reply.code().code());
            return new DefaultSocks5CommandResponse(status, type(bound), text(bound), bound.port());
        }
        UdpHeader header = (UdpHeader) message;
        Endpoint to = header.destination();
        return new UdpDatagramHeader(header.fragment(), type(to), text(to), to.port());
    }

    private static Socks5AuthMethod method(AuthMethod method) {
        return Socks5AuthMethod.valueOf((byte) method.code());
    }

    private static Socks5AddressType type(Endpoint endpoint) {
        Address address = endpoint.address();
        if (address instanceof DomainName) {
            return Socks5AddressType.DOMAIN;
        }
        return address instanceof Ipv4Address ? Socks5AddressType.IPv4 : Socks5AddressType.IPv6;
    }

    private static String text(Endpoint endpoint) {
        return endpoint.address() instanceof DomainName name
                ? name.octets()
                : endpoint.address().toString();
    }
}
