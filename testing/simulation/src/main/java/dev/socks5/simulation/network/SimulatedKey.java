package dev.socks5.simulation.network;

import dev.socks5.simulation.network.Readiness.Selectable;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectionKey;

/** A channel at a selector. Keys are counted, so that sets of them have the same order in each run. */
final class SimulatedKey extends AbstractSelectionKey {

    private final SimulatedSelector selector;
    private final SelectableChannel channel;
    private final Selectable selectable;
    private final int number;
    private int interest;
    private int ready;

    /** Whether the selector has it among those that may be ready. */
    boolean isCandidate;

    SimulatedKey(SimulatedSelector selector, SelectableChannel channel, int number) {
        this.selector = selector;
        this.channel = channel;
        this.selectable = (Selectable) channel;
        this.number = number;
    }

    @Override
    public int hashCode() {
        return number;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }

    Selectable selectable() {
        return selectable;
    }

    @Override
    public Selector selector() {
        return selector;
    }

    @Override
    public int interestOps() {
        ensureValid();
        return interest;
    }

    @Override
    public SelectionKey interestOps(int operations) {
        ensureValid();
        if ((operations & ~channel.validOps()) != 0) {
            throw new IllegalArgumentException();
        }
        interest = operations;
        changed();
        return this;
    }

    @Override
    public int readyOps() {
        ensureValid();
        return ready;
    }

    private void ensureValid() {
        if (!isValid()) {
            throw new CancelledKeyException();
        }
    }

    /** Looks what it is ready for now. */
    int look() {
        return interest == 0 ? 0 : selectable.ready() & interest;
    }

    void ready(int operations) {
        ready = operations;
    }

    int ready() {
        return ready;
    }

    /** Returns the operations that it waits for, also once it is cancelled. */
    int interest() {
        return interest;
    }

    void changed() {
        if (!isCandidate && isValid() && look() != 0) {
            selector.candidate(this);
        }
    }
}
