package dev.socks5.simulation;

import dev.socks5.simulation.Visit.End;
import dev.socks5.simulation.network.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The far end of one visit's tunnel: it sends what is planned, and checks what comes. */
final class Far implements Wire.Owner {

    private static final int PART = 4096;

    private final Party party;
    private @Nullable Wire wire;
    final Moments sentDown = new Moments();
    long acceptedAt = -1;
    long received;
    long sent;
    boolean ended;
    boolean hasReset;
    boolean gotEnd;
    boolean gotReset;
    boolean failed;

    Far(Party party) {
        this.party = party;
    }

    /** Connects to where a BIND listens, from the address that is expected. */
    void dial(InetSocketAddress bound) {
        if (party.visit.targets().isEmpty() || party.run.setup().upstream() > 0) {
            return;
        }
        InetSocketAddress own = Addresses.target(party.visit, 0);
        Run run = party.run;
        run.network().connect(new InetSocketAddress(Addresses.STRANGER, own.getPort()), bound, new Stranger(party));
        if (party.visit.lie() != Visit.Lie.STALLS) {
            run.world()
                    .after(
                            TimeUnit.MILLISECONDS.toNanos(party.visit.pause()),
                            () -> run.network().connect(own, bound, this));
        }
    }

    /** Somebody else, who connects to where a BIND listens, and must not get anything. */
    private record Stranger(Party party) implements Wire.Owner {
        @Override
        public void received(ByteBuffer data) {
            throw new Violation(Rule.BYTES_ARRIVE_AS_SENT, "a stranger got bytes of " + party);
        }
    }

    @Override
    public void begin(Wire its) {
        wire = its;
    }

    @Override
    public void connected() {
        acceptedAt = party.run.world().elapsed();
        party.deafness(party.visit.farDeaf()).accept(its());
        pump();
    }

    private Wire its() {
        return Objects.requireNonNull(wire);
    }

    private void pump() {
        if (ended || hasReset || !its().isOpen()) {
            return;
        }
        Visit visit = party.visit;
        int left = (int) (visit.down() - sent);
        if (left > 0) {
            int count = Math.min(left, PART);
            its().send(party.down.bytes(sent, count));
            sent += count;
            sentDown.sent(sent, party.run.world().elapsed());
            party.run.world().after(TimeUnit.MILLISECONDS.toNanos(visit.pause()), this::pump);
        } else if (visit.end() == End.FAR_RESETS) {
            hasReset = true;
            its().reset();
        } else if (visit.end() == End.FAR_FIRST || gotEnd) {
            end();
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            its().end();
        }
        if (gotEnd) {
            its().close();
        }
    }

    @Override
    public void received(ByteBuffer data) {
        party.run.oracle().flows().farReceives(party, data);
        received += data.remaining();
    }

    @Override
    public void ended() {
        gotEnd = true;
        party.run.oracle().flows().farGetsEnd(party);
        if (ended || sent >= party.visit.down()) {
            end();
        }
    }

    @Override
    public void reset() {
        gotReset = true;
        party.run.oracle().flows().farIsReset(party);
    }

    @Override
    public void failed(IOException why) {
        failed = true;
    }

    /** Whether nothing has gone wrong with its connection. */
    boolean isSound() {
        return !hasReset && !gotReset && !failed;
    }

    /** Whether both directions have ended. */
    boolean isOver() {
        return ended && gotEnd;
    }
}
