package dev.socks5.junit.internal.proxy;

import dev.socks5.codec.Command;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.junit.RecordedRequest;
import dev.socks5.junit.RecordedRequest.Outcome;
import dev.socks5.junit.internal.wire.Attendance;
import dev.socks5.junit.internal.wire.Script;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One connection in the log: what the server and the wire tell of it. Its state belongs to the monitor of the log. */
final class Entry implements Attendance {

    private final RequestLog log;
    private final Script script;
    private final Set<Script.Part> unmet;
    private @Nullable Request request;
    private @Nullable String user;
    private @Nullable ReplyCode reply;
    private Outcome outcome = Outcome.UNDER_WAY;
    private String remark = "";
    private boolean denied;
    private long sent;
    private long sentInTunnel;

    Entry(RequestLog log, Script script) {
        this.log = log;
        this.script = script;
        this.unmet = script.parts();
    }

    RecordedRequest recorded() {
        synchronized (log) {
            return new RecordedRequest(
                    request == null ? null : request.command(),
                    request == null ? null : request.destination(),
                    user,
                    reply,
                    outcome,
                    remark);
        }
    }

    boolean hasUnmet() {
        synchronized (log) {
            return !unmet.isEmpty();
        }
    }

    /** Says how far the connection has come, beside what was to be done to it. */
    String progress() {
        synchronized (log) {
            return script + ", of a connection with " + sent + (sent == 1 ? " byte" : " bytes") + " to the client, "
                    + sentInTunnel + " of them in the tunnel";
        }
    }

    void user(String name) {
        synchronized (log) {
            user = name;
        }
    }

    void requested(Request made) {
        synchronized (log) {
            request = made;
        }
    }

    /** The server's rule has refused, because the script says so. */
    void deny() {
        synchronized (log) {
            denied = true;
        }
    }

    /** Takes note of an outcome, unless one is known. */
    void outcome(Outcome its, @Nullable ReplyCode code, String why) {
        synchronized (log) {
            if (outcome != Outcome.UNDER_WAY) {
                return;
            }
            outcome = its;
            reply = code;
            remark = why;
            log.changed();
        }
    }

    @Override
    public Script script() {
        return script;
    }

    @Override
    public boolean awaitsSecondReply() {
        synchronized (log) {
            return request != null && request.command().equals(Command.BIND);
        }
    }

    @Override
    public boolean isDenied() {
        synchronized (log) {
            return denied;
        }
    }

    @Override
    public void replied(ReplyCode code) {
        outcome(code.equals(ReplyCode.SUCCEEDED) ? Outcome.GRANTED : Outcome.REFUSED, code, "");
    }

    @Override
    public void sent(int count, boolean ofTunnel) {
        synchronized (log) {
            sent += count;
            sentInTunnel += ofTunnel ? count : 0;
        }
    }

    @Override
    public void met(Script.Part part) {
        synchronized (log) {
            unmet.remove(part);
        }
    }

    @Override
    public void ended(boolean beforeReply, String how) {
        synchronized (log) {
            if (beforeReply) {
                outcome = Outcome.CUT_SHORT;
                reply = null;
            }
            remark = how;
            log.changed();
        }
    }

    @Override
    public void over() {
        outcome(Outcome.CUT_SHORT, null, "closed before there was a reply");
    }
}
