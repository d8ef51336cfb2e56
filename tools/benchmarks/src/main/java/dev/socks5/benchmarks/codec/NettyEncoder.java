package dev.socks5.benchmarks.codec;

import dev.socks5.benchmarks.codec.NettyMessages.UdpDatagramHeader;
import dev.socks5.codec.ClientMessage;
import dev.socks5.codec.Message;
import dev.socks5.codec.UdpHeader;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.socksx.v5.Socks5AddressEncoder;
import io.netty.handler.codec.socksx.v5.Socks5ClientEncoder;
import io.netty.handler.codec.socksx.v5.Socks5Message;
import io.netty.handler.codec.socksx.v5.Socks5ServerEncoder;

/** Netty's encoders, opened up so that they can be called without a pipeline. */
interface NettyEncoder {

    /** Writes one message at the end of a buffer. */
    void encode(Object message, ByteBuf out) throws Exception;

    /** The one for a message of this kind. */
    static NettyEncoder of(Message message) {
        if (message instanceof UdpHeader) {
            return new OfUdpHeader();
        }
        return message instanceof ClientMessage ? new OfClient() : new OfServer();
    }

    /** {@link Socks5ClientEncoder}. */
    final class OfClient extends Socks5ClientEncoder implements NettyEncoder {
        @Override
        public void encode(Object message, ByteBuf out) throws Exception {
            encode(NettyDecoder.NO_CONTEXT, (Socks5Message) message, out);
        }
    }

    /** {@link Socks5ServerEncoder}. */
    final class OfServer extends Socks5ServerEncoder implements NettyEncoder {
        @Override
        public void encode(Object message, ByteBuf out) throws Exception {
            encode(NettyDecoder.NO_CONTEXT, (Socks5Message) message, out);
        }
    }

    /** What a user of Netty writes, for there is no such encoder: only that of the address is Netty's. */
    final class OfUdpHeader implements NettyEncoder {
        @Override
        public void encode(Object message, ByteBuf out) throws Exception {
            UdpDatagramHeader header = (UdpDatagramHeader) message;
            out.writeShort(0)
                    .writeByte(header.fragment())
                    .writeByte(header.type().byteValue());
            Socks5AddressEncoder.DEFAULT.encodeAddress(header.type(), header.address(), out);
            out.writeShort(header.port());
        }
    }
}
