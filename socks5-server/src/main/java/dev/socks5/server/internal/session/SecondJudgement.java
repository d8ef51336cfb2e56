package dev.socks5.server.internal.session;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.internal.policy.Admission;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.policy.Terms;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges a session that was let in and granted something before by what holds now: how it has come in, and then what it
 * was granted, without a look-up. What has not been decided yet is left to the decision, which goes by what holds then.
 * Asks authenticators and rules on the caller's thread.
 */
public final class SecondJudgement {

    private final Terms terms;
    private final Ticket ticket;

    private SecondJudgement(Terms terms, Ticket ticket) {
        this.terms = terms;
        this.ticket = ticket;
    }

    /** Whether the terms would allow what the session has now. May block. */
    public static boolean allows(Terms terms, Ticket ticket) {
        return new SecondJudgement(terms, ticket).allows();
    }

    private boolean allows() {
        @Nullable Admission admission = ticket.permit().admission();
        if (admission == null || ticket.isEnding()) {
            return true;
        }
        Screening.@Nullable Outcome granted = ticket.permit().granted();
        @Nullable Request request = ticket.request();
        return terms.admits(admission) && (granted == null || request == null || allows(request, granted));
    }

    private boolean allows(Request request, Screening.Outcome granted) {
        AccessRequest asked = ticket.accessRequest(request);
        Screening screening = terms.screening();
        if (request.command().equals(Command.UDP_ASSOCIATE)) {
            AccessRequest association = asked.withDestination(Endpoint.UNSPECIFIED);
            return screening.screenAssociation(association, Screening.DIRECT).granted();
        }
        Endpoint destination = request.destination().canonical().orElse(request.destination());
        List<Endpoint> targets = granted.targets();
        if (destination.isName()) {
            return screening.screenAgain(asked, targets).granted();
        }
        boolean allowed = screening.screenAgain(asked, List.of(destination)).granted();
        for (Endpoint target : targets) { // Another one is the peer of a BIND that has asked for any.
            allowed = allowed
                    && (target.equals(destination)
                            || screening
                                    .screenAgain(asked.withDestination(target), List.of(target))
                                    .granted());
        }
        return allowed;
    }
}
