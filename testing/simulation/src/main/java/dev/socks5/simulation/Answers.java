package dev.socks5.simulation;

import dev.socks5.simulation.Party.Answer;
import dev.socks5.simulation.Party.Awaits;
import dev.socks5.simulation.Visit.Kind;
import dev.socks5.simulation.Visit.Target;

/** The part of the {@link Oracle} that hears what clients are answered in their handshakes. */
final class Answers extends Check {

    Answers(Run run) {
        super(run);
    }

    /** A byte of an answer has come. */
    void mayHear(Party party) {
        require(party.awaits != Awaits.THE_END, Rule.NOTHING_AFTER_A_REFUSAL, "something more was said", party);
    }

    void selected(Party party, int version, int method) {
        require(version == 5, Rule.ANSWERS_FIT, "a selection of version " + version, party);
        require(method == party.meant.method(), Rule.ANSWERS_FIT, "the method " + method + " was selected", party);
        said(party, party.meant.greetingEnd());
    }

    /** What is answered must have been said. */
    private static void said(Party party, int end) {
        require(end >= 0 && party.sent >= end, Rule.ANSWERS_FIT, "an answer to what was not said yet", party);
    }

    void loggedIn(Party party, int version, int status) {
        require(version == 1, Rule.ANSWERS_FIT, "a login status of version " + version, party);
        if (status == 0) {
            require(party.meant.loginGood(), Rule.ANSWERS_FIT, "a bad login was taken for good", party);
            said(party, party.meant.loginEnd());
        } else {
            boolean excused = setup.failedLogins() > 0
                    || run.worksBadly()
                    || run.oracle().changes().mayNotKnow(party);
            require(!party.meant.loginGood() || excused, Rule.ANSWERS_FIT, "a good login was refused", party);
        }
    }

    void replied(Party party, int version, Answer reply) {
        Understanding meant = party.meant;
        require(version == 5, Rule.ANSWERS_FIT, "a reply of version " + version, party);
        require(
                party.replies <= (meant.command() == 2 ? 2 : 1),
                Rule.REPLIES_ARE_COUNTED,
                "reply number " + party.replies,
                party);
        if (reply.code() != 0) {
            refused(party, reply.code());
            return;
        }
        said(party, meant.requestEnd());
        require(!setup.login() || meant.loginGood(), Rule.ANSWERS_FIT, "success without a login", party);
        succeeded(party, reply);
    }

    private void succeeded(Party party, Answer reply) {
        Understanding meant = party.meant;
        boolean first = party.replies == 1;
        switch (meant.command()) {
            case 1 ->
                require(party.connectedAt >= 0, Rule.NO_SUCCESS_BEFORE_THE_CONNECT, "nothing is connected", party);
            case 2 ->
                require(
                        first ? party.listeningAt >= 0 || setup.upstream() > 0 : party.connectedAt >= 0,
                        Rule.NO_SUCCESS_BEFORE_THE_CONNECT,
                        "nobody has connected",
                        party);
            case 3 -> require(party.listeningAt >= 0, Rule.NO_SUCCESS_BEFORE_THE_CONNECT, "no relay", party);
            default -> {
                require(
                        setup.torResolve() && meant.command() >= 0xF0,
                        Rule.ANSWERS_FIT,
                        "success for no command",
                        party);
                require(
                        reply.name() == null || reply.name().matches("[a-z0-9.-]+"),
                        Rule.ANSWERS_FIT,
                        "a name that is none: " + reply.name(),
                        party);
            }
        }
        if (meant.command() == 1 && party.byDialer() && !setup.hideBound()) {
            WaysOut.bound(party, reply);
        }
        if (meant.command() == 1 && setup.hideBound()) {
            require(
                    reply.port() == 0 && reply.address().isAnyLocalAddress(),
                    Rule.ANSWERS_FIT,
                    "a bound address that is to be hidden",
                    party);
        }
        if (meant.command() == 2 || meant.command() == 3) {
            require(!reply.address().isAnyLocalAddress(), Rule.ANSWERS_FIT, "a wildcard as address", party);
        }
        if (meant.command() == 2 && !first && setup.upstream() == 0) {
            require(
                    reply.address().equals(Addresses.target(party.visit, 0).getAddress())
                            && reply.port() == Addresses.port(party.visit),
                    Rule.ANSWERS_FIT,
                    "another peer is named than has connected",
                    party);
        }
    }

    private void refused(Party party, int code) {
        Understanding meant = party.meant;
        require(
                party.failedCode == code,
                Rule.ANSWERS_FIT,
                "reply " + code + ", but failed by " + party.failedCode,
                party);
        if (meant.nonsense() || meant.requestEnd() < 0) {
            return;
        }
        said(party, meant.requestEnd());
        boolean lookUp = meant.command() == 0xF0 || meant.command() == 0xF1;
        boolean onlyConnects = party.byDialer() && meant.command() != 1; // The dialler is for connections alone.
        boolean known = (meant.command() >= 1 && meant.command() <= 3) || (lookUp && setup.torResolve());
        boolean passedOn = code == party.upstreamSaid || WaysOut.hasSaid(party, code);
        boolean plausible = switch (code) {
            case 1 -> meant.typeKnown();
            case 2 ->
                !allPermitted(party)
                        || party.overUserLimit
                        || passedOn
                        || run.operation().quota() > 0
                        || run.oracle().changes().mayRefuse(party)
                        || run.oracle().changes().mayNotKnow(party);
            case 3 -> passedOn || (has(party, Target.UNREACHABLE) && !party.byDialer()) || run.failsToConnect();
            case 4 -> meant.typeKnown() && known;
            case 5 -> known && (passedOn || (meant.command() == 1 && setup.upstream() == 0 && !party.byDialer()));
            case 6 -> passedOn;
            case 7 -> meant.typeKnown() && (!known || onlyConnects || passedOn);
            case 8 -> !meant.typeKnown() || meant.command() == 0xF1 || passedOn;
            default -> passedOn;
        };
        require(plausible, Rule.ANSWERS_FIT, "reply " + code, party);
        require(meant.typeKnown() || code == 8, Rule.ANSWERS_FIT, "reply " + code + " for an unknown type", party);
        require(
                !meant.typeKnown() || known || code == 7 || overLimit(party, code),
                Rule.ANSWERS_FIT,
                "reply " + code,
                party);
        run.oracle().waysOut().refused(party, code);
        if (meant.command() == 1
                && !party.dialled.isEmpty()
                && !party.words.spoilt()
                && !run.failsToConnect()
                && run.oracle().changes().areSettled(party)) {
            afterDials(party, code);
        }
    }

    /** On a gentle network the code says the most that can be known of all the addresses that were tried. */
    private static void afterDials(Party party, int code) {
        boolean silent = dialled(party, Addresses.SILENT);
        boolean refused = dialled(party, Addresses.REFUSING);
        boolean right = code == (silent ? 4 : refused ? 5 : 3) || (code == 4 && party.failedLate);
        require(right, Rule.ANSWERS_FIT, "reply " + code + " after " + party.dialled, party);
    }

    private static boolean dialled(Party party, java.net.InetAddress address) {
        return party.dialled.stream().anyMatch(target -> target.getAddress().equals(address));
    }

    private boolean overLimit(Party party, int code) {
        boolean changed = run.oracle().changes().mayNotKnow(party)
                || run.oracle().changes().mayRefuse(party);
        return code == 2 && (party.overUserLimit || changed || run.operation().quota() > 0);
    }

    private static boolean allPermitted(Party party) {
        return !party.words.spoilt()
                && party.visit.targets().stream().allMatch(Target::isPermitted)
                && party.visit.kind() != Kind.RESOLVE_PTR
                && party.lookUps <= party.mayLookUp;
    }

    private static boolean has(Party party, Target target) {
        return party.visit.targets().contains(target);
    }
}
