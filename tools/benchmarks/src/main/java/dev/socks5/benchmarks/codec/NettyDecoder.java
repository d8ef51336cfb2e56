package dev.socks5.benchmarks.codec;

import dev.socks5.benchmarks.codec.NettyMessages.UdpDatagramHeader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.socksx.v5.Socks5AddressDecoder;
import io.netty.handler.codec.socksx.v5.Socks5AddressType;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5CommandResponseDecoder;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5InitialResponseDecoder;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthResponseDecoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoders, opened up so that they can be called without a pipeline. Each is made for one message of one
 * connection; here it takes any number, one after the other, so that making it need not be measured.
 */
interface NettyDecoder extends ChannelInboundHandler {

    /** What Netty's decoders are told about their channel. They do not look at it. */
    @Nullable
    ChannelHandlerContext NO_CONTEXT = null;

    /** Makes it wait for a message again. */
    void reset();

    /** Decodes one message, which is all there. */
    Object decode(ByteBuf in) throws Exception;

    /** {@link Socks5InitialRequestDecoder}. */
    final class OfGreeting extends Socks5InitialRequestDecoder implements NettyDecoder {
        private final List<Object> out = new ArrayList<>(1);

        @Override
        public void reset() {
            state(Socks5InitialRequestDecoder.State.INIT);
        }

        @Override
        public Object decode(ByteBuf in) throws Exception {
            reset();
            decode(NO_CONTEXT, in, out);
            return out.remove(0);
        }
    }

    /** {@link Socks5InitialResponseDecoder}. */
    final class OfMethodSelection extends Socks5InitialResponseDecoder implements NettyDecoder {
        private final List<Object> out = new ArrayList<>(1);

        @Override
        public void reset() {
            state(Socks5InitialResponseDecoder.State.INIT);
        }

        @Override
        public Object decode(ByteBuf in) throws Exception {
            reset();
            decode(NO_CONTEXT, in, out);
            return out.remove(0);
        }
    }

    /** {@link Socks5PasswordAuthRequestDecoder}. */
    final class OfLogin extends Socks5PasswordAuthRequestDecoder implements NettyDecoder {
        private final List<Object> out = new ArrayList<>(1);

        @Override
        public void reset() {
            state(Socks5PasswordAuthRequestDecoder.State.INIT);
        }

        @Override
        public Object decode(ByteBuf in) throws Exception {
            reset();
            decode(NO_CONTEXT, in, out);
            return out.remove(0);
        }
    }

    /** {@link Socks5PasswordAuthResponseDecoder}. */
    final class OfLoginResult extends Socks5PasswordAuthResponseDecoder implements NettyDecoder {
        private final List<Object> out = new ArrayList<>(1);

        @Override
        public void reset() {
            state(Socks5PasswordAuthResponseDecoder.State.INIT);
        }

        @Override
        public Object decode(ByteBuf in) throws Exception {
            reset();
            decode(NO_CONTEXT, in, out);
            return out.remove(0);
        }
    }

    /** {@link Socks5CommandRequestDecoder}. */
    final class OfRequest extends Socks5CommandRequestDecoder implements NettyDecoder {
        private final List<Object> out = new ArrayList<>(1);

        @Override
        public void reset() {
            state(Socks5CommandRequestDecoder.State.INIT);
        }

        @Override
        public Object decode(ByteBuf in) throws Exception {
            reset();
            decode(NO_CONTEXT, in, out);
            return out.remove(0);
        }
    }

    /** {@link Socks5CommandResponseDecoder}. */
    final class OfReply extends Socks5CommandResponseDecoder implements NettyDecoder {
        private final List<Object> out = new ArrayList<>(1);

        @Override
        public void reset() {
            state(Socks5CommandResponseDecoder.State.INIT);
        }

        @Override
        public Object decode(ByteBuf in) throws Exception {
            reset();
            decode(NO_CONTEXT, in, out);
            return out.remove(0);
        }
    }

    /** What a user of Netty writes, for there is no such decoder: only that of the address is Netty's. */
    final class OfUdpHeader extends SimpleChannelInboundHandler<ByteBuf> implements NettyDecoder {
        @Override
        public void reset() {}

        @Override
        public Object decode(ByteBuf in) throws Exception {
            in.skipBytes(2);
            int fragment = in.readUnsignedByte();
            Socks5AddressType type = Socks5AddressType.valueOf(in.readByte());
            String address = Socks5AddressDecoder.DEFAULT.decodeAddress(type, in);
            return new UdpDatagramHeader(fragment, type, address, in.readUnsignedShort());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf in) throws Exception {
            context.fireChannelRead(decode(in));
        }
    }
}
