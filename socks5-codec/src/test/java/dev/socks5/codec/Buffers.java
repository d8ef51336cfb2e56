package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Locale;

/** Every kind of buffer that octets can arrive in or leave through. */
enum Buffers {
    HEAP {
        @Override
        ByteBuffer holding(byte[] octets) {
            return ByteBuffer.wrap(octets.clone());
        }
    },
    WITH_NEIGHBOURS {
        @Override
        ByteBuffer holding(byte[] octets) {
            return within(ByteBuffer.allocate(octets.length + ROOM), octets);
        }
    },
    SLICE {
        @Override
        ByteBuffer holding(byte[] octets) {
            ByteBuffer array = ByteBuffer.allocate(octets.length + ROOM + 5);
            return within(array.position(5).slice(), octets);
        }
    },
    READ_ONLY {
        @Override
        ByteBuffer holding(byte[] octets) {
            return SLICE.holding(octets).asReadOnlyBuffer();
        }
    },
    DIRECT {
        @Override
        ByteBuffer holding(byte[] octets) {
            return within(ByteBuffer.allocateDirect(octets.length + ROOM), octets);
        }
    },
    DIRECT_READ_ONLY {
        @Override
        ByteBuffer holding(byte[] octets) {
            return DIRECT.holding(octets).asReadOnlyBuffer();
        }
    },
    LITTLE_ENDIAN {
        @Override
        ByteBuffer holding(byte[] octets) {
            return SLICE.holding(octets).order(ByteOrder.LITTLE_ENDIAN);
        }
    },
    DIRECT_LITTLE_ENDIAN {
        @Override
        ByteBuffer holding(byte[] octets) {
            return DIRECT.holding(octets).order(ByteOrder.LITTLE_ENDIAN);
        }
    };

    private static final int ROOM = 20;
    private static final int BEFORE = 3;

    /** A buffer in which exactly these octets remain. */
    abstract ByteBuffer holding(byte[] octets);

    /** Puts the octets among others that a decoder going too far would take for a message's. */
    private static ByteBuffer within(ByteBuffer roomy, byte[] octets) {
        while (roomy.hasRemaining()) {
            roomy.put((byte) 0x05);
        }
        return roomy.position(BEFORE).put(octets).flip().position(BEFORE);
    }

    /** Octets from hexadecimal digits; spaces separate fields. */
    static byte[] octets(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static ByteBuffer of(String hex) {
        return ByteBuffer.wrap(octets(hex));
    }

    /** What remains, as digits; the buffer is left as it is. */
    static String hex(ByteBuffer buffer) {
        byte[] octets = new byte[buffer.remaining()];
        buffer.duplicate().get(octets);
        return HexFormat.of().formatHex(octets).toUpperCase(Locale.ROOT);
    }

    /** Everything about a buffer that a method could have changed. */
    record Snapshot(int position, int limit, ByteOrder order, String octets) {
        static Snapshot of(ByteBuffer buffer) {
            return new Snapshot(
                    buffer.position(),
                    buffer.limit(),
                    buffer.order(),
                    hex(buffer.duplicate().clear()));
        }
    }
}
