package dev.socks5.junit.internal.wire;

import dev.socks5.codec.ReplyCode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Keeps what it is told. */
final class FakeAttendance implements Attendance {

    private final Script script;
    private final boolean binds;
    final List<ReplyCode> replies = new ArrayList<>();
    volatile boolean isOver;
    volatile Runnable atEnd = () -> {};
    final Set<Script.Part> met = EnumSet.noneOf(Script.Part.class);

    FakeAttendance(Script script, boolean binds) {
        this.script = script;
        this.binds = binds;
    }

    @Override
    public Script script() {
        return script;
    }

    @Override
    public boolean awaitsSecondReply() {
        return binds;
    }

    @Override
    public boolean isDenied() {
        return script.code() != null;
    }

    @Override
    public void replied(ReplyCode code) {
        replies.add(code);
    }

    @Override
    public void sent(int count, boolean ofTunnel) {}

    @Override
    public void met(Script.Part part) {
        met.add(part);
    }

    @Override
    public void ended(boolean beforeReply, String how) {
        atEnd.run();
    }

    @Override
    public void over() {
        isOver = true;
        atEnd.run();
    }
}
