package dev.socks5.server.internal.command;

import dev.socks5.server.AccessRequest;
import dev.socks5.server.Connector;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.policy.Terms;
import dev.socks5.server.internal.session.PendingRequest;
import org.jspecify.annotations.Nullable;

/**
 * Judges a request and finds its route.
 *
 * @param own finds the route; {@code null} for the connector of the terms
 */
record RequestJudgement(AccessRequest request, @Nullable Connector own) implements PendingRequest.Judgement {

    @Override
    public boolean mayBlock(Terms terms) {
        return terms.screening().mayBlock(request.destination())
                || connector(terms).mayBlock();
    }

    @Override
    public Screening.Outcome by(Terms terms) {
        return terms.screening().screen(request, connector(terms));
    }

    private Connector connector(Terms terms) {
        return own == null ? terms.settings().connector() : own;
    }
}
