package dev.socks5.simulation;

import static dev.socks5.simulation.Check.require;

import dev.socks5.simulation.network.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The far end of a visit by TLS, which speaks none: it sends what is planned, and checks what comes. */
final class TlsFar implements Wire.Owner {

    private final TlsVisit visit;
    private @Nullable Wire wire;
    boolean accepted;
    int sent;
    int received;
    boolean ended;
    boolean gotEnd;
    boolean gotReset;
    private boolean hasReset;

    TlsFar(TlsVisit visit) {
        this.visit = visit;
    }

    @Override
    public void begin(Wire its) {
        wire = its;
    }

    private Wire its() {
        return Objects.requireNonNull(wire);
    }

    @Override
    public void connected() {
        accepted = true;
        pump();
    }

    private void pump() {
        int count = Math.min(visit.plan.down() - sent, visit.plan.partOf(visit.plan.down()));
        if (!its().isOpen() || ended || hasReset) {
            return;
        }
        if (count > 0) {
            its().send(visit.down.bytes(sent, count));
            sent += count;
            visit.later(this::pump);
        } else if (visit.plan.farResets()) {
            hasReset = true;
            its().reset();
        } else if (visit.plan.farEndsFirst() || gotEnd) {
            end();
        }
    }

    private void end() {
        ended = true;
        its().end();
        if (gotEnd) {
            its().close();
        }
    }

    @Override
    public void received(ByteBuffer data) {
        visit.takes(visit.up, received, data, visit.sentUp);
        received += data.remaining();
    }

    @Override
    public void ended() {
        gotEnd = true;
        boolean honest = visit.saidEnd && !visit.client.isAstray();
        require(honest, Rule.NO_END_OUT_OF_NOTHING, "the far end was told an end", visit);
        require(received == visit.plan.up(), Rule.NOTHING_IS_LOST, "the far end lacks something", visit);
        if (ended || sent == visit.plan.down()) {
            end();
        }
    }

    @Override
    public void reset() {
        gotReset = true;
    }

    @Override
    public void failed(IOException why) {
        gotReset = true;
    }
}
