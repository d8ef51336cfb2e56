package dev.socks5.simulation;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.CloseReason;
import dev.socks5.server.transport.DialRequest;
import dev.socks5.server.transport.Transport;
import dev.socks5.simulation.Visit.Target;
import dev.socks5.simulation.transport.Quirk;
import dev.socks5.simulation.transport.WireChannel;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The part of the {@link Oracle} that follows what a dialler is asked for, and what becomes of its transports. */
final class WaysOut extends Check {

    /** The address that some transports say they are bound to. */
    static final Endpoint BOUND = Endpoint.of("192.0.2.77", 7_777);

    /** What a dialler was asked for a visit, and has answered. */
    static final class Asking {
        final Party party;
        final DialRequest request;
        private final CompletableFuture<Transport> future = new CompletableFuture<>();
        private boolean answersByFuture;
        private int code = -1;
        private @Nullable WireChannel channel;
        private long givenAt = -1;
        private @Nullable InetSocketAddress socketTarget;

        private Asking(Party party, DialRequest request) {
            this.party = party;
            this.request = request;
        }

        /** Returns the future that it answers by. */
        CompletableFuture<Transport> future() {
            answersByFuture = true;
            return future;
        }

        /** Notes the reply that the answer has to become. */
        void mustReply(int its) {
            code = its;
        }

        void gives(WireChannel its) {
            channel = its;
            givenAt = party.run.world().elapsed();
        }

        void complain(String what) {
            require(what.isEmpty(), Rule.TRANSPORTS_ARE_USED_IN_TURN, what, party);
        }

        boolean tellsBound() {
            return party.visit.id() % 4 == 1;
        }

        /** Chooses the address that a socket is connected to. */
        InetSocketAddress socketTarget() throws ConnectException {
            Endpoint target = request.target();
            List<Target> targets = party.visit.targets();
            for (int i = 0; i < targets.size(); i++) {
                InetSocketAddress its = Addresses.target(party.visit, i);
                boolean meant = target.isName() || target.toInetSocketAddress().equals(its);
                if (targets.get(i).isOpen() && meant) {
                    socketTarget = its;
                    return its;
                }
            }
            mustReply(5);
            throw new ConnectException("on purpose");
        }

        private boolean saidEnd() {
            return channel != null && channel.saidEnd();
        }

        private boolean hasFailed() {
            return channel != null && channel.hasFailed();
        }

        private boolean hasFailedOddly() {
            return channel != null && channel.hasFailedOddly();
        }
    }

    WaysOut(Run run) {
        super(run);
    }

    /** The dialler is asked. */
    Asking asked(DialRequest request) {
        @Nullable Party party = run.oracle().partyOf(request.request());
        require(party != null, Rule.DIALS_WHAT_WAS_ALLOWED, "the dialler was asked for nobody: " + request, null);
        require(party.byDialer(), Rule.DIALS_WHAT_WAS_ALLOWED, "the dialler was asked, on another route", party);
        require(Dials.waits(party), Rule.DIALS_IN_TIME, "the dialler was asked, and nobody waits for it", party);
        require(party.asking == null, Rule.DIALS_IN_TIME, "the dialler was asked again", party);
        require(party.meant.command() == 1, Rule.DIALS_WHAT_WAS_ALLOWED, "the dialler was asked for it", party);
        run.oracle().changes().asksDialler(party, null);
        require(
                request.targets().equals(expected(party))
                        || !run.oracle().changes().areSettled(party),
                Rule.DIALS_WHAT_WAS_ALLOWED,
                "the dialler was asked for " + request.targets() + ", not " + expected(party),
                party);
        for (Endpoint target : request.targets()) {
            judged(party, target);
        }
        Asking asking = new Asking(party, request);
        party.asking = asking;
        return asking;
    }

    private void judged(Party party, Endpoint target) {
        if (!target.isName()) {
            InetSocketAddress address = target.toInetSocketAddress();
            run.oracle().changes().asksDialler(party, address);
            boolean permitted =
                    Addresses.isPermitted(address) || (party.words.spoilt() && Addresses.isElsewhere(address));
            require(permitted, Rule.DIALS_WHAT_WAS_ALLOWED, "the dialler was asked for " + target, party);
            require(party.judged.contains(address), Rule.DIALS_WHAT_WAS_ALLOWED, target + " was not judged", party);
        }
    }

    /** Returns where the request leads: as it is, or the addresses that its name has and that are allowed. */
    private List<Endpoint> expected(Party party) {
        Understanding meant = party.meant;
        if (meant.address() != null) {
            return List.of(Endpoint.of(meant.address()));
        }
        if (meant.isNumeric() || !setup.dialerLooksUp()) {
            String name = meant.name().toLowerCase(java.util.Locale.ROOT);
            boolean rooted = name.endsWith("."); // Spoilt words may say so: it is the same host.
            return List.of(Endpoint.of(rooted ? name.substring(0, name.length() - 1) : name, meant.port()));
        }
        List<Endpoint> allowed = new ArrayList<>();
        for (int i = 0; i < party.visit.targets().size(); i++) {
            InetSocketAddress target =
                    new InetSocketAddress(Addresses.target(party.visit, i).getAddress(), meant.port());
            if (Addresses.isPermitted(target)) {
                allowed.add(Endpoint.of(target));
            }
        }
        return allowed;
    }

    /** Whether the dialler itself connects a socket there. */
    boolean connects(InetSocketAddress target) {
        for (Party party : run.parties()) {
            Asking asking = party.asking;
            if (asking != null && target.equals(asking.socketTarget)) {
                asking.socketTarget = null; // Once.
                return true;
            }
        }
        return false;
    }

    /** A request by the dialler was refused, after it was asked: by its answer, or because there was none in time. */
    void refused(Party party, int code) {
        Asking asking = party.asking;
        if (asking != null && !party.failedLate) {
            boolean excused = asking.code < 0 && run.failsToConnect(); // There is no descriptor, for one.
            require(code == asking.code || excused, Rule.ANSWERS_FIT, "reply " + code + ", not " + asking.code, party);
        }
    }

    /** The client is told an address: that of a socket, the one that was said, or none. */
    static void bound(Party party, Party.Answer reply) {
        Asking asking = party.asking;
        boolean socket = Addresses.SERVER.contains(reply.address()) && reply.port() > 0;
        boolean said = BOUND.equals(new Endpoint(dev.socks5.codec.Address.of(reply.address()), reply.port()));
        boolean none = reply.address().isAnyLocalAddress() && reply.port() == 0;
        boolean right = asking.channel == null ? socket : asking.tellsBound() ? said : none;
        require(right, Rule.ANSWERS_FIT, "bound to " + reply.address() + ":" + reply.port(), party);
    }

    /** Whether a reply is the one that the dialler has asked for. */
    static boolean hasSaid(Party party, int code) {
        return party.asking != null && party.asking.code == code;
    }

    /** Whether a transport is open, perhaps because the last bytes for it wait to be taken. */
    boolean lingers() {
        return run.parties().stream()
                .anyMatch(
                        party -> party.asking != null && party.asking.channel != null && party.asking.channel.isOpen());
    }

    /** Looks back: the server must have given everything back, as soon as nobody needed it. */
    void whenQuiet(Party party) {
        Asking asking = party.asking;
        if (asking == null) {
            return;
        }
        require(
                !asking.answersByFuture || asking.future.isDone(),
                Rule.NOTHING_IS_LEFT,
                "a future that nobody waits for was not cancelled",
                party);
        WireChannel channel = asking.channel;
        if (channel != null) {
            require(channel.closedAt() >= 0, Rule.NOTHING_IS_LEFT, "its transport is open", party);
            long late = channel.closedAt() - Math.max(party.closedAt, asking.givenAt) - run.slack();
            boolean lingers = party.end != null && party.end.reason() == CloseReason.FINISHED;
            require(
                    lingers || late <= 0,
                    Rule.DEADLINES_ARE_KEPT,
                    "its transport was closed " + late + " ns late",
                    party);
        }
    }

    /** Whether the far end has ended, or a transport has said so. */
    static boolean hasEnded(Party party) {
        return party.far.ended || (party.asking != null && party.asking.saidEnd());
    }

    /** Returns how many bytes have come down before the end. */
    static long ofDown(Party party) {
        boolean early = party.visit.quirk() == Quirk.ENDS && party.asking != null && party.asking.saidEnd();
        return early ? party.asking.channel.bytesRead() : party.far.sent;
    }

    /** Whether a transport has failed by itself, in a way that is to be expected. */
    static boolean hasFailed(Party party) {
        return party.asking != null && party.asking.hasFailed();
    }

    /** Whether a transport has failed in a way that nobody expects. */
    static boolean hasFailedOddly(Party party) {
        return party.asking != null && party.asking.hasFailedOddly();
    }
}
