package dev.socks5.junit.internal.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Writes to the client at the pace of the script, and as far as that lets it. */
final class Outlet implements Speech.Sink {

    /** Waits, and can be woken by the end of the connection. */
    @FunctionalInterface
    interface Clock {
        /** Returns false if the connection is over. */
        boolean pause(Duration time);
    }

    private final OutputStream client;
    private final Attendance attendance;
    private final Clock clock;
    private final Script.@Nullable Ending ending;
    private long sent;
    private long sentInTunnel;
    private boolean inTunnel;

    Outlet(OutputStream client, Attendance attendance, Clock clock) {
        this.client = client;
        this.attendance = attendance;
        this.clock = clock;
        this.ending = attendance.script().ending();
    }

    /** Whether the script's end has come. */
    boolean isEnded() {
        return ending != null && room() == 0;
    }

    /** Whether the whole reply has been sent, as far as that is known. */
    boolean isInTunnel() {
        return inTunnel;
    }

    @Override
    public boolean tunnel() {
        inTunnel = true;
        return !isEnded();
    }

    @Override
    public boolean send(ByteBuffer bytes, boolean ofTunnel) throws IOException {
        while (bytes.hasRemaining() && !isEnded()) {
            Duration pause = attendance.script().pause();
            int count = pause == null ? (int) Math.min(room(), bytes.remaining()) : 1;
            if (pause != null && !clock.pause(pause)) {
                return false;
            }
            attendance.sent(count, ofTunnel);
            client.write(bytes.array(), bytes.arrayOffset() + bytes.position(), count);
            bytes.position(bytes.position() + count);
            sent += count;
            sentInTunnel += ofTunnel ? count : 0;
            if (pause != null) {
                attendance.met(Script.Part.PACE);
            }
        }
        return !isEnded();
    }

    /** The bytes that may still be sent. */
    private long room() {
        if (ending == null || (ending.inTunnel() && !inTunnel)) {
            return Long.MAX_VALUE;
        }
        return ending.after() - (ending.inTunnel() ? sentInTunnel : sent);
    }
}
