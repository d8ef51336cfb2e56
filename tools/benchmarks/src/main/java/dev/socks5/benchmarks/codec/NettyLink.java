package dev.socks5.benchmarks.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.socksx.v5.Socks5ClientEncoder;
import io.netty.handler.codec.socksx.v5.Socks5Message;
import io.netty.handler.codec.socksx.v5.Socks5ServerEncoder;

/** What is between a client and a server of Netty's: a message goes in, is encoded and decoded, and comes out. */
interface NettyLink {

    Object toServer(Socks5Message message, NettyDecoder decoder) throws Exception;

    Object toClient(Socks5Message message, NettyDecoder decoder) throws Exception;

    /** Nothing but one buffer. */
    final class Direct implements NettyLink {
        private final NettyEncoder client = new NettyEncoder.OfClient();
        private final NettyEncoder server = new NettyEncoder.OfServer();
        private final ByteBuf buffer = Memory.HEAP.nettyBuffer(512);

        @Override
        public Object toServer(Socks5Message message, NettyDecoder decoder) throws Exception {
            client.encode(message, buffer.clear());
            return decoder.decode(buffer);
        }

        @Override
        public Object toClient(Socks5Message message, NettyDecoder decoder) throws Exception {
            server.encode(message, buffer.clear());
            return decoder.decode(buffer);
        }
    }

    /** Two channels, in which a decoder is replaced once it has its message, as it is in Netty's own programs. */
    final class Channels implements NettyLink {
        private final EmbeddedChannel client = new EmbeddedChannel(Socks5ClientEncoder.DEFAULT);
        private final EmbeddedChannel server = new EmbeddedChannel(Socks5ServerEncoder.DEFAULT);

        @Override
        public Object toServer(Socks5Message message, NettyDecoder decoder) {
            return carry(client, message, server, decoder);
        }

        @Override
        public Object toClient(Socks5Message message, NettyDecoder decoder) {
            return carry(server, message, client, decoder);
        }

        private static Object carry(
                EmbeddedChannel from, Socks5Message message, EmbeddedChannel to, NettyDecoder decoder) {
            from.writeOutbound(message);
            ByteBuf octets = from.readOutbound();
            to.pipeline().addFirst(decoder);
            to.pipeline().fireChannelRead(octets);
            to.pipeline().remove(decoder);
            return to.readInbound();
        }
    }
}
