package dev.socks5.server;

import dev.socks5.codec.Address;
import dev.socks5.codec.Command;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tor's RESOLVE, which asks for the address of a name, and RESOLVE_PTR, which asks for the name of an address. The answer
 * is in BND.ADDR, BND.PORT is 0, and that is all: nothing is connected to. What may be asked for is judged as it would be
 * for a connection.
 *
 * <pre>
 * screening -&gt; [name of the address, or {@link Chain}] -&gt; reply -&gt; {@link Farewell}
 * </pre>
 *
 * <p>One deadline holds for all of it. A client that resets its connection meanwhile ends it, see {@link EarlyInput}.
 */
final class Lookup implements Connection.Owner, Chain.Caller {

    private final PendingRequest pending;
    private final Connection client;
    private final Timers.Timer deadline;
    private final EarlyInput early;
    private @Nullable Chain chain;
    private volatile boolean over; // read by errands as well

    private Lookup(PendingRequest pending) {
        this.pending = pending;
        this.client = pending.client();
        this.early = new EarlyInput(client, pending.early());
        this.deadline = pending.loop().timers().timer(this::expire);
    }

    static boolean serves(Command command) {
        return command.equals(Command.RESOLVE) || command.equals(Command.RESOLVE_PTR);
    }

    /** Takes over a client that waits for the reply. */
    static void carryOut(PendingRequest pending) {
        Lookup lookup = new Lookup(pending);
        lookup.client.handOver(lookup);
        lookup.deadline.set(Settings.nanos(pending.core().settings().connectTimeout()));
        if (lookup.seeksName() && lookup.isGivenName()) {
            lookup.failed(ReplyCode.ADDRESS_TYPE_NOT_SUPPORTED, "a name is no address");
        } else {
            pending.core().screening().screen(pending, () -> lookup.over, lookup::screened);
        }
    }

    private boolean seeksName() {
        return pending.request().command().equals(Command.RESOLVE_PTR);
    }

    private boolean isGivenName() {
        return Screening.canonical(pending.request().destination())
                .filter(Screening::isName)
                .isPresent();
    }

    private void screened(Screening.Outcome outcome) {
        if (!outcome.granted()) {
            failed(outcome.code(), outcome.reason());
            return;
        }
        if (!outcome.route().isDirect()) {
            Request forwarded =
                    new Request(pending.request().command(), outcome.targets().get(0));
            chain = new Chain(pending, outcome.route(), forwarded, this);
            chain.start();
            return;
        }
        InetAddress first = outcome.addresses().get(0).getAddress();
        if (seeksName()) {
            Runnable failed = () -> failed(ReplyCode.GENERAL_FAILURE, "the resolver or the executor failed");
            pending.run(() -> over, () -> lookUpName(first), failed, Runnable::run);
        } else {
            answer(Address.of(first));
        }
    }

    /** May block. Returns what is to be done with the outcome, on the loop. */
    private Runnable lookUpName(InetAddress address) {
        try {
            String name = pending.core().settings().resolver().nameOf(address);
            return hostName(name).<Runnable>map(found -> () -> answer(found)).orElse(this::notFound);
        } catch (IOException e) {
            return this::notFound;
        }
    }

    /** Whoever runs the DNS of an address may have put anything there. */
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
    public void opened(Connection upstream, Reply reply) {
        upstream.close();
        Address found = reply.bound().address();
        if (found instanceof DomainName name && !name.isHostName()) {
            notFound(); // What goes for a name that is found here goes for one that is found there.
        } else {
            answer(found);
        }
    }

    private void answer(Address found) {
        end();
        client.guard(() -> {
            pending.succeed(new Endpoint(found, 0));
            Farewell.say(client, pending.ticket(), CloseReason.FINISHED, () -> {});
        });
    }

    private void notFound() {
        failed(ReplyCode.HOST_UNREACHABLE, "the address has no name");
    }

    private void expire() {
        failed(ReplyCode.HOST_UNREACHABLE, "look-up timed out");
    }

    @Override
    public void failed(ReplyCode code, String reason) {
        end();
        pending.fail(code, reason);
    }

    @Override
    public void readable() throws IOException {
        if (!early.receive(pending.core().settings().hangUpOnEarlyEnd())) {
            abort(CloseReason.CLIENT_LEFT);
        }
    }

    @Override
    public void abort(CloseReason reason) {
        try {
            end();
        } finally {
            client.close();
            pending.ticket().end(reason);
        }
    }

    private void end() {
        over = true;
        deadline.cancel();
        if (chain != null) {
            chain.cancel();
        }
    }
}
