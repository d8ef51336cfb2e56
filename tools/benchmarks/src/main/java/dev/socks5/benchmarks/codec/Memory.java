package dev.socks5.benchmarks.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** Where the octets are. */
public enum Memory {
    /** In an array, as blocking sockets have them. */
    HEAP {
        @Override
        ByteBuffer buffer(int capacity) {
            return ByteBuffer.allocate(capacity);
        }

        @Override
        ByteBuf nettyBuffer(int capacity) {
            return Unpooled.buffer(capacity);
        }
    },

    /** Outside the heap, as channels have them. */
    DIRECT {
        @Override
        ByteBuffer buffer(int capacity) {
            return ByteBuffer.allocateDirect(capacity);
        }

        @Override
        ByteBuf nettyBuffer(int capacity) {
            return Unpooled.directBuffer(capacity);
        }
    };

    abstract ByteBuffer buffer(int capacity);

    /** Unpooled, for these are Netty's fastest to read and to write; making them is not measured. */
    abstract ByteBuf nettyBuffer(int capacity);
}
