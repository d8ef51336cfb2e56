package dev.socks5.simulation.network;

/** Something that happens at a time of the {@link World}. It can be set again once it has happened. */
public final class Alarm {

    static final int NOT_SET = -1;

    private final World world;
    final Runnable action;
    long at;
    long sequence;
    int slot = NOT_SET;

    Alarm(World world, Runnable action) {
        this.world = world;
        this.action = action;
    }

    /** Sets or moves the time, in nanoseconds from now. */
    void set(long nanos) {
        setAt(world.elapsed() + Math.max(0, nanos));
    }

    /** Sets or moves the time, as {@link World#elapsed()}. */
    void setAt(long time) {
        world.cancel(this);
        world.add(this, Math.max(time, world.elapsed()));
    }

    /** Sets the time, unless it is set and as early already. */
    void atTheLatest(long time) {
        if (slot == NOT_SET || at > time) {
            setAt(time);
        }
    }

    /** Takes it back, if it has yet to happen. */
    public void cancel() {
        world.cancel(this);
    }

    /** Whether it has yet to happen. */
    public boolean isSet() {
        return slot != NOT_SET;
    }
}
