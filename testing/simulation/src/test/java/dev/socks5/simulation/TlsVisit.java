package dev.socks5.simulation;

import static dev.socks5.simulation.Check.require;

import dev.socks5.server.SessionEnd;
import dev.socks5.simulation.network.Wire;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One visit by TLS: the client, its far end, and what both must hear. */
final class TlsVisit implements TlsClient.Inside {

    private static final int ANSWERS = 2 + 10;
    private static final byte[] GREETING = {5, 1, 0};
    private static final int FIRST_PORT = 30_000;

    final TlsPlan.Visitor plan;
    final TlsClient client;
    final TlsFar far = new TlsFar(this);
    private final TlsRun run;
    final Content up;
    final Content down;
    private int answered;
    private boolean refused;
    private boolean newKeys;
    int sentUp;
    int receivedDown;
    boolean saidEnd;
    boolean gotEnd;

    // What the server has told its listener.
    long acceptedAt = -1;
    long failedAt = -1;
    long requestedAt = -1;
    long connectedAt = -1;
    long closedAt = -1;

    @Nullable
    SessionEnd end;

    TlsVisit(TlsRun run, TlsPlan.Visitor plan) {
        this.run = run;
        this.plan = plan;
        this.up = Content.up(plan.id());
        this.down = Content.down(plan.id());
        this.client = new TlsClient(TlsRun.engine(plan.old()), this, new TlsOutput(plan.trouble(), plan.troubleAt()));
    }

    InetSocketAddress from() {
        return address(198, 51, 100, 10_000);
    }

    InetSocketAddress target() {
        return address(192, 0, 2, FIRST_PORT);
    }

    private InetSocketAddress address(int a, int b, int c, int port) {
        byte[] bytes = {(byte) a, (byte) b, (byte) c, (byte) (1 + plan.id())};
        InetAddress host = Addresses.of(bytes);
        return new InetSocketAddress(host, port + plan.id());
    }

    /** Returns who speaks to the server. */
    Wire.Owner program() {
        return plan.plain() ? new Plain() : client;
    }

    @Override
    public String toString() {
        return plan + ": sent " + sentUp + ", received " + receivedDown + ", the far end sent " + far.sent
                + ", received " + far.received + ", " + end;
    }

    // ------------------------------------------------------------------ the client

    @Override
    public void secured() {
        byte[] request = ByteBuffer.allocate(10)
                .put(new byte[] {5, 1, 0, 1})
                .put(target().getAddress().getAddress())
                .putShort((short) target().getPort())
                .array();
        if (plan.eager()) {
            client.send(ByteBuffer.allocate(13).put(GREETING).put(request).array());
            pump();
        } else {
            client.send(GREETING);
            client.send(request);
        }
    }

    private void pump() {
        if (client.isOver() || saidEnd || refused) {
            return;
        }
        int count = Math.min(plan.up() - sentUp, plan.partOf(plan.up()));
        if (count > 0) {
            int from = sentUp;
            sentUp += count;
            client.send(up.bytes(from, count));
            later(this::pump);
        }
        if (plan.newKeys() && !newKeys && !gotEnd && sentUp * 2 > plan.up()) {
            newKeys = true;
            client.updateKeys();
        }
        endIfDone();
    }

    void later(Runnable action) {
        run.world().after(TimeUnit.MILLISECONDS.toNanos(plan.pause()) + 1, action);
    }

    private void endIfDone() {
        boolean itsTurn = plan.farEndsFirst() ? gotEnd : !plan.old() || receivedDown == plan.down();
        if (itsTurn && sentUp == plan.up() && answered == ANSWERS && !saidEnd && !client.isOver()) {
            saidEnd = true;
            client.end();
        }
        if (saidEnd && gotEnd) {
            client.close();
        }
    }

    @Override
    public void received(ByteBuffer data) {
        while (answered < ANSWERS && data.hasRemaining()) {
            answer(data.get());
        }
        if (data.hasRemaining()) {
            require(!refused, Rule.NOTHING_AFTER_A_REFUSAL, "content", this);
            takes(down, receivedDown, data, far.sent);
            receivedDown += data.remaining();
        }
        endIfDone();
    }

    private void answer(byte next) {
        if (answered == 0 || answered == 2) {
            require(next == 5, Rule.ANSWERS_FIT, "it begins with " + next, this);
        }
        refused |= answered == 3 && next != 0;
        answered++;
        if (answered == ANSWERS && !plan.eager()) {
            pump();
        }
    }

    /** Checks what one end receives of what the other has sent. */
    void takes(Content content, int from, ByteBuffer data, int sent) {
        require(from + data.remaining() <= sent, Rule.BYTES_ARRIVE_AS_SENT, "more than was sent", this);
        require(content.firstWrong(from, data) < 0, Rule.BYTES_ARRIVE_AS_SENT, "behind " + from, this);
    }

    @Override
    public void ended() {
        gotEnd = true;
        if (answered < ANSWERS || refused) {
            client.close();
            return;
        }
        boolean answers = plan.old() && saidEnd; // TLS 1.2 answers an end by an end.
        require(far.ended || answers, Rule.NO_END_OUT_OF_NOTHING, "the client was told an end", this);
        require(receivedDown == plan.down(), Rule.NOTHING_IS_LOST, "the client lacks something", this);
        endIfDone();
    }

    /** Says SOCKS where TLS is expected. */
    private final class Plain implements Wire.Owner {
        private @Nullable Wire wire;

        @Override
        public void begin(Wire its) {
            wire = its;
        }

        @Override
        public void connected() {
            Objects.requireNonNull(wire).send(GREETING);
        }

        @Override
        public void received(ByteBuffer data) {
            require(false, Rule.ANSWERS_FIT, "plain SOCKS was answered", TlsVisit.this);
        }

        @Override
        public void ended() {
            Objects.requireNonNull(wire).close();
        }
    }
}
