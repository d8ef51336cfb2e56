package dev.socks5.server.internal.session;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.ServerHandshake;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Scope;
import dev.socks5.server.internal.policy.Admission;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.policy.Settings;
import dev.socks5.server.internal.policy.Terms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A request, and the client that waits for the answer.
 *
 * @param early the bytes that the client has sent after its request
 * @param scope ends as soon as the request is answered for good, or the client has left
 */
public record PendingRequest(
        Request request, Ticket ticket, Connection client, ServerHandshake handshake, ByteBuffer early, Scope scope) {

    public Core core() {
        return ticket.core();
    }

    public Settings settings() {
        return core().settings();
    }

    public EventLoop loop() {
        return client.loop();
    }

    /** Describes the request to rules, with its destination as the client wrote it. */
    public AccessRequest accessRequest() {
        return ticket.accessRequest(request);
    }

    /** A judgement by the terms that it is given. */
    public interface Judgement {

        /** Tells whether it may block. */
        boolean mayBlock(Terms terms);

        /** Makes it. Throws nothing. */
        Screening.Outcome by(Terms terms);
    }

    /**
     * Has a judgement made by the terms of now, on another thread if that may block; then goes on, on the loop. It is
     * made once more if the terms change meanwhile, so that nothing goes on by others than hold then.
     */
    public void judge(Judgement judgement, Consumer<Screening.Outcome> then) {
        Terms terms = core().terms();
        boolean admitted = ticket.permit().isBy(terms);
        Admission admission = Objects.requireNonNull(ticket.permit().admission(), "no request comes before the login");
        Supplier<Screening.Outcome> work =
                () -> admitted || terms.admits(admission) ? judgement.by(terms) : Screening.NOT_ADMITTED;
        Consumer<Screening.Outcome> next = outcome -> {
            if (outcome.granted()) {
                ticket.permit()
                        .granted(outcome); // First: who changes the terms after this look at them will find it there.
            }
            if (core().terms().equals(terms)) {
                ticket.permit().admittedBy(terms);
                then.accept(outcome);
            } else {
                judge(judgement, then);
            }
        };
        if (judgement.mayBlock(terms) || (!admitted && terms.mayBlock(admission))) {
            run(work, Screening.FAILED, next);
        } else {
            next.accept(work.get());
        }
    }

    /** Has work done that may block, see {@link Scope#run}. */
    public <T> void run(Supplier<T> work, T ifItFails, Consumer<T> then) {
        scope.run(ticket.client(), work, ifItFails, then);
    }

    /** Tells the client that the request was carried out, and the bound address. */
    public void succeed(Endpoint bound) throws IOException {
        client.write(handshake.send(Reply.success(bound)));
    }

    /**
     * Tells the client that the request has failed, and closes the connection.
     *
     * @param reason for listeners; the client is not told
     */
    public void fail(ReplyCode code, String reason) {
        client.guard(() -> Farewell.sendFailure(client, ticket, handshake, code, reason));
    }
}
