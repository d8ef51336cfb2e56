package dev.socks5.server.internal.command;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.Dial;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.session.PendingRequest;
import dev.socks5.server.transport.DialRequest;
import dev.socks5.server.transport.Dialer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out CONNECT (RFC 1928 sections 4 and 6): {@link Dial}, {@link Chain} or {@link OwnDial}, reply, {@link
 * Tunnel}.
 */
public final class Connect extends CommandExecution implements Dial.Caller, Chain.Caller, OwnDial.Caller {

    public Connect(PendingRequest pending) {
        super(pending, pending.early());
    }

    @Override
    protected void carryOut(Screening.Outcome outcome) {
        Dial dial = new Dial(client.loop(), outcome.addresses(), settings().egress(outcome.route()), this);
        pending.scope().atTheEnd(dial::cancel);
        dial.proceed();
    }

    @Override
    protected void forward(Screening.Outcome outcome) {
        forward(outcome, this);
    }

    @Override
    protected void dial(Screening.Outcome outcome, Dialer dialer) {
        AccessRequest written = pending.accessRequest();
        Endpoint destination = written.destination().canonical().orElseThrow(); // Or it had not been granted.
        DialRequest request = new DialRequest(written.withDestination(destination), outcome.targets());
        OwnDial dial = new OwnDial(pending, dialer, request, this);
        pending.scope().atTheEnd(dial::cancel);
        dial.start();
    }

    @Override
    public void reached(Connection far, @Nullable Endpoint bound) {
        openTunnel(far, it -> told(bound == null ? Endpoint.of(it.localAddress()) : bound));
    }

    @Override
    public void connected(Connection origin) {
        openTunnel(origin, far -> told(Endpoint.of(far.localAddress())));
    }

    @Override
    public void opened(Connection upstream, Reply reply) {
        Endpoint bound = reply.bound();
        // A name would have to be looked up, and might not mean here what it means there.
        openTunnel(upstream, far -> bound.isName() ? Endpoint.UNSPECIFIED : told(bound));
    }

    private Endpoint told(Endpoint bound) {
        return settings().commands().hideBoundAddress() ? Endpoint.UNSPECIFIED : bound;
    }

    @Override
    public void failed(ReplyCode code) {
        failed(code, "connect failed");
    }

    @Override
    public void refused(String reason) {
        failed(ReplyCode.GENERAL_FAILURE, reason);
    }

    @Override
    protected String timedOut() {
        return "connect timed out";
    }

    /** A client that has asked for nothing waits for nothing, perhaps. */
    @Override
    protected boolean endMeansLeft() {
        return early.isEmpty() && settings().commands().hangUpOnEarlyEnd();
    }
}
