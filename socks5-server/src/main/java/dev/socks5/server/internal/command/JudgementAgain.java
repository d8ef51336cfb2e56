package dev.socks5.server.internal.command;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.policy.Terms;
import dev.socks5.server.internal.session.PendingRequest;
import java.util.List;

/**
 * Judges once more what was granted by other terms. Nothing is looked up.
 *
 * @param targets what was granted
 */
record JudgementAgain(AccessRequest request, List<Endpoint> targets) implements PendingRequest.Judgement {

    @Override
    public boolean mayBlock(Terms terms) {
        return terms.screening().mayBlock();
    }

    @Override
    public Screening.Outcome by(Terms terms) {
        return terms.screening().screenAgain(request, targets);
    }
}
