package dev.socks5.examples;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.Request;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Drives the codec's {@link ClientHandshake} inside Netty. Put it first into the pipeline of a channel to the proxy,
 * before it connects or after: it negotiates the tunnel, fires {@link Connected} and takes itself out; all that
 * follows, and whatever has arrived already, goes to the handlers after it. If the negotiation fails, they get the
 * exception and the channel closes. Handlers that write at once when the channel is active, such as TLS, are added when
 * {@link Connected} comes. It sets no time limit of its own.
 */
public final class NettyTunnel extends ByteToMessageDecoder {

    /** The user event that tells that the tunnel stands. */
    public enum Connected {
        /** There is only one. */
        CONNECTED
    }

    private final ClientHandshake handshake;

    /**
     * A tunnel through a proxy that may ask for a login.
     *
     * @param destination where to connect to; a name is looked up by the proxy
     * @param login sent only if the proxy selects that
     */
    public NettyTunnel(Endpoint destination, PasswordRequest login) {
        this.handshake = new ClientHandshake(Request.connect(destination), login);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Socks5Exception {
        if (context.channel().isActive()) {
            greet(context);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Socks5Exception {
        greet(context);
        context.fireChannelActive();
    }

    private void greet(ChannelHandlerContext context) throws Socks5Exception {
        if (handshake.turn() == Turn.SEND) {
            context.writeAndFlush(Unpooled.wrappedBuffer(handshake.send()));
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        while (handshake.turn() == Turn.RECEIVE) {
            ByteBuffer received = in.nioBuffer();
            if (!handshake.receive(received)) {
                return;
            }
            in.skipBytes(received.position());
            if (handshake.turn() == Turn.SEND) {
                context.writeAndFlush(Unpooled.wrappedBuffer(handshake.send()));
            }
        }
        context.fireUserEventTriggered(Connected.CONNECTED);
        context.pipeline().remove(this); // Hands on what it has not taken.
    }

    @Override
    protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (handshake.turn() == Turn.RECEIVE && !context.isRemoved()) {
            decode(context, in, out);
        }
        if (handshake.turn() == Turn.RECEIVE) {
            throw handshake.closed(in.nioBuffer());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.fireExceptionCaught(cause);
        context.close();
    }
}
