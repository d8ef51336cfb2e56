package dev.socks5.server.internal.command;

import dev.socks5.codec.Address;
import dev.socks5.codec.Command;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.CloseReason;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.session.Farewell;
import dev.socks5.server.internal.session.PendingRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Carries out Tor's RESOLVE, which asks for the address of a name, and RESOLVE_PTR, which asks for the name of an
 * address. The answer stands in BND.ADDR, BND.PORT is 0, and nothing is connected to. Each look-up is judged as a
 * connection would be.
 */
public final class Lookup extends CommandExecution implements Chain.Caller {

    public Lookup(PendingRequest pending) {
        super(pending, pending.early());
    }

    public static boolean serves(Command command) {
        return command.equals(Command.RESOLVE) || command.equals(Command.RESOLVE_PTR);
    }

    @Override
    protected void screen() {
        if (seeksName() && isGivenName()) {
            failed(ReplyCode.ADDRESS_TYPE_NOT_SUPPORTED, "a name is no address");
        } else {
            super.screen();
        }
    }

    private boolean seeksName() {
        return pending.request().command().equals(Command.RESOLVE_PTR);
    }

    private boolean isGivenName() {
        return pending.request()
                .destination()
                .canonical()
                .filter(Endpoint::isName)
                .isPresent();
    }

    @Override
    protected void carryOut(Screening.Outcome outcome) {
        if (isServed()) {
            lookUp(outcome);
        }
    }

    /** Whether there still are such commands: the settings may have changed during the judgement. */
    private boolean isServed() {
        boolean served = settings().commands().torResolve();
        if (!served) {
            failed(ReplyCode.COMMAND_NOT_SUPPORTED, "command not supported");
        }
        return served;
    }

    private void lookUp(Screening.Outcome outcome) {
        InetAddress first = outcome.addresses().get(0).getAddress();
        if (seeksName()) {
            Runnable failed = () -> failed(ReplyCode.GENERAL_FAILURE, "the resolver or the executor failed");
            pending.run(() -> lookUpName(first), failed, Runnable::run);
        } else {
            answer(Address.of(first));
        }
    }

    /** May block. Returns the next step for the loop. */
    private Runnable lookUpName(InetAddress address) {
        try {
            String name = settings().resolver().nameOf(address);
            return hostName(name).<Runnable>map(found -> () -> answer(found)).orElse(this::notFound);
        } catch (IOException e) {
            return this::notFound;
        }
    }

    /** Checks a name: whoever runs the DNS of an address may have put anything there. */
    private static Optional<DomainName> hostName(String name) {
        try {
            return Optional.of(DomainName.ofAscii(name))
                    .filter(DomainName::isHostName)
                    .map(DomainName::canonical);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    protected void forward(Screening.Outcome outcome) {
        if (isServed()) {
            forward(outcome, this);
        }
    }

    @Override
    public void opened(Connection upstream, Reply reply) {
        upstream.close();
        Address found = reply.bound().address();
        if (found instanceof DomainName name && !name.isHostName()) {
            notFound(); // A name that is found there has to be as good as one that is found here.
        } else {
            answer(found);
        }
    }

    private void answer(Address found) {
        pending.scope().end();
        client.guard(() -> {
            pending.succeed(new Endpoint(found, 0));
            Farewell.drainAndClose(client, pending.ticket(), CloseReason.FINISHED, () -> {});
        });
    }

    private void notFound() {
        failed(ReplyCode.HOST_UNREACHABLE, "the address has no name");
    }

    @Override
    protected String timedOut() {
        return "look-up timed out";
    }

    @Override
    protected boolean endMeansLeft() {
        return settings().commands().hangUpOnEarlyEnd();
    }
}
