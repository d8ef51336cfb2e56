package dev.socks5.client.internal.udp;

import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Remembers how much can be received into a packet. The JDK's own sockets set a packet's length and leave its room as
 * it is, so that it can be used again and again. From outside, {@link DatagramPacket#setLength(int)} changes both: so
 * the room that there was is kept here. Safe for use by several threads.
 */
final class PacketRooms {

    /**
     * Holds the state of a packet, to see whether its owner has changed it.
     *
     * @param data the array itself: another one has another room, whatever is in it
     */
    private record State(Object data, int offset, int length, int room) {

        static State of(DatagramPacket packet, int room) {
            return new State(packet.getData(), packet.getOffset(), packet.getLength(), room);
        }
    }

    private final Map<DatagramPacket, State> left = Collections.synchronizedMap(new WeakHashMap<>());

    /** Gives the room of a packet, in bytes. */
    int of(DatagramPacket packet) {
        synchronized (packet) {
            State known = left.get(packet);
            return known != null && known.equals(State.of(packet, known.room)) ? known.room : packet.getLength();
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
            left.put(packet, State.of(packet, room));
        }
    }
}
