package dev.socks5.simulation.network;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A program that sends some parts, ends its output, and keeps what comes back. */
final class Caller implements Wire.Owner {

    private final World world;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private @Nullable Wire wire;
    private int parts;
    boolean connected;
    boolean ended;
    boolean reset;

    @Nullable
    IOException failure;

    Caller(World world, int parts) {
        this.world = world;
        this.parts = parts;
    }

    @Override
    public void begin(Wire mine) {
        wire = mine;
    }

    private Wire wire() {
        return Objects.requireNonNull(wire);
    }

    @Override
    public void connected() {
        connected = true;
        proceed();
    }

    private void proceed() {
        if (parts-- == 0) {
            wire().end();
            return;
        }
        byte[] part = world.chance().bytes(1 + world.chance().below(3000));
        sent.writeBytes(part);
        wire().send(part);
        world.after(world.chance().below(20_000_000L), this::proceed);
    }

    @Override
    public void received(ByteBuffer data) {
        byte[] part = new byte[data.remaining()];
        data.get(part);
        received.writeBytes(part);
    }

    @Override
    public void ended() {
        ended = true;
        wire().close();
    }

    @Override
    public void reset() {
        reset = true;
    }

    @Override
    public void failed(IOException why) {
        failure = why;
    }

    boolean isOver() {
        return ended || reset || failure != null;
    }

    boolean hasAll() {
        return ended && Arrays.equals(sent.toByteArray(), received.toByteArray());
    }

    boolean hasAPrefix() {
        byte[] there = received.toByteArray();
        return there.length <= sent.size() && Arrays.equals(there, Arrays.copyOf(sent.toByteArray(), there.length));
    }
}
