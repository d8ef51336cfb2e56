package dev.socks5.simulation.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.simulation.network.Wire;
import dev.socks5.simulation.network.World;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A program with a TCP connection, which does what a test says. What it waits for happens at some time, or never:
 * virtual time passes until then, or until nothing happens any more. Times are those of the world, in nanoseconds.
 */
final class Program {

    private static final long NEVER = -1;

    private final World world;
    private final Wire.Owner ears = new Ears();
    private @Nullable Wire wire;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private int taken;
    private long connectedAt = NEVER;
    private long heardAt = NEVER;
    private long endedAt = NEVER;
    private long resetAt = NEVER;
    private long failedAt = NEVER;

    Program(World world) {
        this.world = world;
    }

    // ------------------------------------------------------------------ what it does

    Program says(String hex) {
        return says(Setting.bytes(hex));
    }

    Program says(byte[] bytes) {
        wire().send(bytes);
        return this;
    }

    Program ends() {
        wire().end();
        return this;
    }

    Program closes() {
        wire().close();
        return this;
    }

    Program resets() {
        wire().reset();
        return this;
    }

    /** Reads no more, or again. */
    Program reads(boolean on) {
        wire().reading(on);
        return this;
    }

    // ------------------------------------------------------------------ what it waits for

    /** Waits until it is connected, and tells when. */
    long connected() {
        await(() -> connectedAt != NEVER || failedAt != NEVER);
        assertThat(connectedAt).as("the time when it was connected").isNotEqualTo(NEVER);
        return connectedAt;
    }

    /** Waits until it could not be connected, and tells when. */
    long failed() {
        await(() -> connectedAt != NEVER || failedAt != NEVER);
        assertThat(failedAt).as("the time when it could not be connected").isNotEqualTo(NEVER);
        return failedAt;
    }

    /** Waits for so many bytes. */
    byte[] takes(int count) {
        await(() -> heard.size() - taken >= count || isOver());
        assertThat(heard.size() - taken).as("bytes heard").isGreaterThanOrEqualTo(count);
        taken += count;
        return Arrays.copyOfRange(heard.toByteArray(), taken - count, taken);
    }

    Program hears(String hex) {
        byte[] expected = Setting.bytes(hex);
        assertThat(Setting.hex(takes(expected.length))).isEqualTo(Setting.hex(expected));
        return this;
    }

    Program hears(byte[] bytes) {
        assertThat(takes(bytes.length)).isEqualTo(bytes);
        return this;
    }

    /** Waits for a reply of success, and returns its address. */
    InetSocketAddress hearsSuccess() {
        byte[] head = takes(4);
        assertThat(Setting.hex(head)).startsWith("05 00 00");
        byte[] address = takes(head[3] == 1 ? 4 : 16);
        int port = Short.toUnsignedInt(ByteBuffer.wrap(takes(2)).getShort());
        return new InetSocketAddress(Stage.address(address), port);
    }

    /** Waits for a failure reply and the end, and tells when the reply came. */
    long hearsFailure(int code) {
        hears("05 %02x 00 01 00 00 00 00 00 00".formatted(code));
        long at = heardAt;
        ended();
        return at;
    }

    /** Waits for the end, and tells when it came; nothing else may come before it. */
    long ended() {
        await(() -> endedAt != NEVER || isOver());
        assertThat(endedAt).as("the time of the end").isNotEqualTo(NEVER);
        assertThat(unheard()).isZero();
        return endedAt;
    }

    /** Waits for a reset, and tells when it came; nothing else may come before it. */
    long reset() {
        await(() -> resetAt != NEVER);
        assertThat(resetAt).as("the time of the reset").isNotEqualTo(NEVER);
        assertThat(unheard()).isZero();
        return resetAt;
    }

    /** Waits for the end or a reset, and tells when it came. */
    long dropped() {
        await(this::isOver);
        assertThat(isOver()).as("the connection is over").isTrue();
        return endedAt != NEVER ? endedAt : resetAt;
    }

    private void await(BooleanSupplier done) {
        world.runUntil(done);
    }

    // ------------------------------------------------------------------ what it knows

    boolean isOver() {
        return endedAt != NEVER || resetAt != NEVER || failedAt != NEVER;
    }

    boolean isReset() {
        return resetAt != NEVER;
    }

    /** Returns how many bytes have come in all. */
    int heard() {
        return heard.size();
    }

    /** Returns how many bytes have come that were not waited for. */
    int unheard() {
        return heard.size() - taken;
    }

    /** Tells when it has last heard something. */
    long heardAt() {
        return heardAt;
    }

    Wire wire() {
        return Objects.requireNonNull(wire);
    }

    /** Returns what the network tells of the connection. */
    Wire.Owner ears() {
        return ears;
    }

    private final class Ears implements Wire.Owner {

        @Override
        public void begin(Wire its) {
            wire = its;
        }

        @Override
        public void connected() {
            connectedAt = world.elapsed();
        }

        @Override
        public void received(ByteBuffer data) {
            heardAt = world.elapsed();
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            heard.writeBytes(bytes);
        }

        @Override
        public void ended() {
            endedAt = world.elapsed();
        }

        @Override
        public void reset() {
            resetAt = world.elapsed();
        }

        @Override
        public void failed(IOException why) {
            failedAt = world.elapsed();
        }
    }
}
