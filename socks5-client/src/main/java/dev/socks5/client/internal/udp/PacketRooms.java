package dev.socks5.client.internal.udp;

import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Remembers how much can be received into a packet. The JDK's own sockets set a packet's length and leave its room as
 * it is, so that it can be used again and again. From outside, {@link DatagramPacket#setLength(int)} changes both: so
 * the room that there was is kept here. Safe for use by several threads.
 */
final class PacketRooms {

    /** The state in which a packet was left: if it is different, its owner has changed it. */
    private static final class Left {
        private final byte[] data;
        private final int offset;
        private final int length;
        private final int room;

        private Left(DatagramPacket packet, int room) {
            this.data = packet.getData();
            this.offset = packet.getOffset();
            this.length = packet.getLength();
            this.room = room;
        }

        @SuppressWarnings("ReferenceEquality") // It has to be this very array: another one has other room.
        private boolean is(DatagramPacket packet) {
            return packet.getData() == data && packet.getOffset() == offset && packet.getLength() == length;
        }
    }

    private final Map<DatagramPacket, Left> known = new WeakHashMap<>();

    /** Gives the room of a packet, in bytes. */
    int of(DatagramPacket packet) {
        synchronized (packet) {
            Left left;
            synchronized (known) {
                left = known.get(packet);
            }
            return left != null && left.is(packet) ? left.room : packet.getLength();
        }
    }

    /** Puts data into a packet, as much as there is room for. */
    void fill(DatagramPacket packet, ByteBuffer data, InetSocketAddress source) {
        synchronized (packet) {
            int room = of(packet);
            int length = Math.min(room, data.remaining());
            data.get(packet.getData(), packet.getOffset(), length);
            packet.setLength(length);
            packet.setSocketAddress(source);
            synchronized (known) {
                known.put(packet, new Left(packet, room));
            }
        }
    }
}
