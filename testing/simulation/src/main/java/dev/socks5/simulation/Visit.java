package dev.socks5.simulation;

import dev.socks5.simulation.network.Chance;
import dev.socks5.simulation.transport.DialAnswer;
import dev.socks5.simulation.transport.Quirk;
import java.util.ArrayList;
import java.util.List;

/**
 * The plan of one client and of those that it wants to reach: what each of them does, and when. Everything that a run
 * does not leave to the network stands here, so that a run can be made smaller by changing plans.
 *
 * @param id tells visits apart; ports and names are made of it
 * @param at when the client connects, in milliseconds from the start
 * @param host the number of the client's host, of a few
 * @param targets where the destination is: one for an address, any number for a name
 * @param lie what an upstream says instead of the truth, if there is one
 * @param answer what the dialler answers, if the route is by one
 * @param quirk what is wrong with the channel that it gives
 * @param up the bytes that the client sends through its tunnel, or its datagrams
 * @param down the bytes that the far end sends
 * @param pause the milliseconds that both let pass between the parts of what they send
 */
record Visit(
        int id,
        int at,
        int host,
        Kind kind,
        Form form,
        List<Target> targets,
        LookUp lookUp,
        Login login,
        Header header,
        Pace pace,
        Garble garble,
        Lie lie,
        DialAnswer answer,
        Quirk quirk,
        int up,
        int down,
        int pause,
        End end,
        boolean clientDeaf,
        boolean farDeaf) {

    /** What the client asks for. */
    enum Kind {
        CONNECT,
        BIND,
        ASSOCIATE,
        RESOLVE,
        RESOLVE_PTR,
        UNKNOWN_COMMAND,
        UNKNOWN_ADDRESS_TYPE
    }

    /** How it writes the destination. */
    enum Form {
        IPV4,
        IPV6,
        MAPPED,
        NAME,
        NUMBERS_AS_NAME,
        SHORT_NUMBERS,
        NUL_IN_NAME
    }

    /** An address of the destination. */
    enum Target {
        OPEN,
        OPEN_IPV6,
        REFUSED,
        UNREACHABLE,
        SILENT,
        /** The rules refuse it. */
        DENIED,
        /** Only the server's defaults refuse it. */
        PRIVATE,
        METADATA,
        /** The defaults would refuse it, and a rule allows it. */
        EXCEPTED,
        THE_SERVER;

        boolean isPermitted() {
            return switch (this) {
                case DENIED, PRIVATE, METADATA, THE_SERVER -> false;
                default -> true;
            };
        }

        boolean isOpen() {
            return this == OPEN || this == OPEN_IPV6 || this == EXCEPTED;
        }
    }

    /** What becomes of looking the name up. */
    enum LookUp {
        FOUND,
        SLOW,
        NOT_FOUND,
        FAILS,
        THROWS,
        NEVER
    }

    /** How the client logs in, where that is asked for. */
    enum Login {
        GOOD,
        WRONG,
        UNKNOWN_USER,
        NOT_OFFERED,
        THROWS
    }

    /** What stands before everything else, behind a balancer. */
    enum Header {
        VERSION_1,
        VERSION_2,
        OWN,
        BROKEN,
        NONE
    }

    /** When it sends what it has to say. */
    enum Pace {
        IN_TURN,
        ALL_AT_ONCE,
        DRIPPING,
        STALLING
    }

    /** How its part of the handshake is spoilt. */
    enum Garble {
        NOT,
        CUT,
        FLIPPED,
        INSERTED,
        FLOOD
    }

    /** What an upstream proxy does in place of what it should. */
    enum Lie {
        NONE,
        WRONG_VERSION,
        METHOD_NOT_OFFERED,
        UNKNOWN_REPLY,
        REFUSES,
        GARBAGE,
        LEAVES,
        STALLS
    }

    /** How the tunnel ends. */
    enum End {
        CLIENT_FIRST,
        FAR_FIRST,
        CLIENT_RESETS,
        FAR_RESETS,
        CLIENT_VANISHES,
        NEVER
    }

    private static final List<Kind> KINDS = List.of(
            Kind.CONNECT,
            Kind.CONNECT,
            Kind.CONNECT,
            Kind.CONNECT,
            Kind.CONNECT,
            Kind.CONNECT,
            Kind.CONNECT,
            Kind.BIND,
            Kind.BIND,
            Kind.ASSOCIATE,
            Kind.ASSOCIATE,
            Kind.RESOLVE,
            Kind.RESOLVE_PTR,
            Kind.UNKNOWN_COMMAND,
            Kind.UNKNOWN_ADDRESS_TYPE);

    private static final List<Form> FORMS = List.of(
            Form.IPV4,
            Form.IPV4,
            Form.IPV4,
            Form.IPV6,
            Form.MAPPED,
            Form.NAME,
            Form.NAME,
            Form.NAME,
            Form.NAME,
            Form.NUMBERS_AS_NAME,
            Form.SHORT_NUMBERS,
            Form.NUL_IN_NAME);

    private static final List<Target> TARGETS = List.of(Target.values());

    static Visit of(int id, int span, Chance chance) {
        Form form = chance.pick(FORMS);
        return new Visit(
                id,
                chance.below(span),
                chance.below(4),
                chance.pick(KINDS),
                form,
                targets(form, chance),
                chance.percent(70) ? LookUp.FOUND : chance.pick(List.of(LookUp.values())),
                chance.percent(65) ? Login.GOOD : chance.pick(List.of(Login.values())),
                chance.percent(70) ? Header.VERSION_1 : chance.pick(List.of(Header.values())),
                chance.percent(60) ? Pace.IN_TURN : chance.pick(List.of(Pace.values())),
                chance.percent(85) ? Garble.NOT : chance.pick(List.of(Garble.values())),
                chance.percent(80) ? Lie.NONE : chance.pick(List.of(Lie.values())),
                chance.percent(50) ? DialAnswer.CHANNEL : chance.pick(List.of(DialAnswer.values())),
                chance.percent(60) ? Quirk.NONE : chance.pick(List.of(Quirk.values())),
                length(chance),
                length(chance),
                chance.oneIn(4) ? chance.below(3_000) : 0,
                chance.percent(60) ? End.CLIENT_FIRST : chance.pick(List.of(End.values())),
                chance.oneIn(20),
                chance.oneIn(20));
    }

    /** Returns a visit that does the least: it connects, both ends send a byte, and end. */
    static Visit simplest(int id) {
        return new Visit(
                id,
                0,
                0,
                Kind.CONNECT,
                Form.IPV4,
                List.of(Target.OPEN),
                LookUp.FOUND,
                Login.GOOD,
                Header.VERSION_1,
                Pace.IN_TURN,
                Garble.NOT,
                Lie.NONE,
                DialAnswer.CHANNEL,
                Quirk.NONE,
                1,
                1,
                0,
                End.CLIENT_FIRST,
                false,
                false);
    }

    private static List<Target> targets(Form form, Chance chance) {
        if (form != Form.NAME) {
            Target only = chance.percent(60) ? Target.OPEN : chance.pick(TARGETS);
            return List.of(form == Form.IPV6 && only == Target.OPEN ? Target.OPEN_IPV6 : only);
        }
        List<Target> several = new ArrayList<>();
        for (int i = chance.oneIn(2) ? 1 : chance.below(4); i > 0; i--) {
            Target next = chance.percent(60) ? Target.OPEN : chance.pick(TARGETS);
            several.add(next == Target.THE_SERVER ? Target.PRIVATE : next); // Its port is that of the others.
        }
        return List.copyOf(several);
    }

    private static int length(Chance chance) {
        return switch (chance.below(8)) {
            case 0 -> 0;
            case 1 -> 4_000 + chance.below(60_000);
            default -> 1 + chance.below(800);
        };
    }
}
