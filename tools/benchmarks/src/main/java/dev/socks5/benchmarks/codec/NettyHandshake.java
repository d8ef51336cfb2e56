package dev.socks5.benchmarks.codec;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Greeting;
import io.netty.handler.codec.socksx.v5.DefaultSocks5CommandResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5InitialResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5PasswordAuthResponse;
import io.netty.handler.codec.socksx.v5.Socks5AddressType;
import io.netty.handler.codec.socksx.v5.Socks5AuthMethod;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequest;
import io.netty.handler.codec.socksx.v5.Socks5CommandResponse;
import io.netty.handler.codec.socksx.v5.Socks5CommandStatus;
import io.netty.handler.codec.socksx.v5.Socks5CommandType;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequest;
import io.netty.handler.codec.socksx.v5.Socks5InitialResponse;
import io.netty.handler.codec.socksx.v5.Socks5Message;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequest;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthResponse;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthStatus;

/** Both sides of a handshake with Netty's messages, and the checks without which it would be none. */
final class NettyHandshake {

    private static final Socks5Message LOGIN = (Socks5Message) NettyMessages.of(HandshakeBenchmark.LOGIN);
    private static final Socks5Message REQUEST = (Socks5Message) NettyMessages.of(HandshakeBenchmark.REQUEST);
    private static final String BOUND_ADDRESS =
            HandshakeBenchmark.BOUND.address().toString();

    private final Socks5AuthMethod method;
    private final Socks5Message greeting;
    private final NettyLink link;

    NettyHandshake(boolean login, NettyLink link) {
        this.method = login ? Socks5AuthMethod.PASSWORD : Socks5AuthMethod.NO_AUTH;
        this.greeting = (Socks5Message) NettyMessages.of(
                login
                        ? Greeting.of(AuthMethod.NO_AUTHENTICATION, AuthMethod.USERNAME_PASSWORD)
                        : Greeting.of(AuthMethod.NO_AUTHENTICATION));
        this.link = link;
    }

    Socks5CommandResponse run() throws Exception {
        var offer = (Socks5InitialRequest) link.toServer(greeting, new NettyDecoder.OfGreeting());
        require(offer.authMethods().contains(method));
        var selection = (Socks5InitialResponse)
                link.toClient(new DefaultSocks5InitialResponse(method), new NettyDecoder.OfMethodSelection());
        if (selection.authMethod().equals(Socks5AuthMethod.PASSWORD)) {
            logIn();
        }
        var request = (Socks5CommandRequest) link.toServer(REQUEST, new NettyDecoder.OfRequest());
        require(request.type().equals(Socks5CommandType.CONNECT));
        var success = new DefaultSocks5CommandResponse(
                Socks5CommandStatus.SUCCESS, Socks5AddressType.IPv4, BOUND_ADDRESS, HandshakeBenchmark.BOUND.port());
        var reply = (Socks5CommandResponse) link.toClient(success, new NettyDecoder.OfReply());
        require(reply.status().isSuccess());
        return reply;
    }

    private void logIn() throws Exception {
        var login = (Socks5PasswordAuthRequest) link.toServer(LOGIN, new NettyDecoder.OfLogin());
        require(login.decoderResult().isSuccess());
        var result = (Socks5PasswordAuthResponse) link.toClient(
                new DefaultSocks5PasswordAuthResponse(Socks5PasswordAuthStatus.SUCCESS),
                new NettyDecoder.OfLoginResult());
        require(result.status().isSuccess());
    }

    private static void require(boolean expected) {
        if (!expected) {
            throw new IllegalStateException("Netty's handshake failed");
        }
    }
}
