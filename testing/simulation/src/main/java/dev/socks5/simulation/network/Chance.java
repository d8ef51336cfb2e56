package dev.socks5.simulation.network;

import java.util.List;

/** A source of choices that follow from a seed (SplitMix64), the same wherever it runs. */
public final class Chance {

    private static final long STEP = 0x9E3779B97F4A7C15L;

    private long state;

    public Chance(long seed) {
        this.state = mix(seed + STEP);
    }

    private static long mix(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private long next() {
        state += STEP;
        return mix(state);
    }

    /** Returns a number from 0 up to the bound, exclusively. */
    public int below(int bound) {
        return (int) (((next() >>> 32) * bound) >>> 32);
    }

    /** Returns a number from 0 up to the bound, exclusively. */
    public long below(long bound) {
        return (next() >>> 1) % bound;
    }

    /** Returns a number in the range, both ends included. */
    public long between(long least, long most) {
        return least + below(most - least + 1);
    }

    /** Returns true once in {@code n} times. */
    public boolean oneIn(int n) {
        return below(n) == 0;
    }

    /** Returns true {@code p} times in a hundred. */
    public boolean percent(int p) {
        return below(100) < p;
    }

    /** Returns any bytes, as many as asked for. */
    public byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; ) {
            long bits = next();
            for (int j = 0; j < Long.BYTES && i < count; j++, bits >>>= Byte.SIZE) {
                bytes[i++] = (byte) bits;
            }
        }
        return bytes;
    }

    /** Returns one of several. */
    public <T> T pick(List<T> several) {
        return several.get(below(several.size()));
    }

    /** Makes a source of its own: what is taken from it changes nothing here. */
    public Chance fork() {
        return new Chance(next());
    }
}
