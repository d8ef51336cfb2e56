package dev.socks5.junit.internal.wire;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says what is done to one connection. Immutable.
 *
 * @param code the reply to the request; {@code null} for the server's own
 * @param refusesLogin whether no login is good
 * @param bound BND.ADDR and BND.PORT of every reply; {@code null} for the server's own
 * @param answer what the client is sent instead of all that the server says; {@code null} for nothing of that kind
 * @param pause the time before each byte, which is then written by itself; {@code null} to write what there is
 * @param ending how the proxy's bytes end early; {@code null} if they do not
 */
public record Script(
        @Nullable ReplyCode code,
        boolean refusesLogin,
        @Nullable Endpoint bound,
        @Nullable ByteBuffer answer,
        @Nullable Duration pause,
        @Nullable Ending ending) {

    /** Changes nothing. */
    public static final Script NONE = new Script(null, false, null, null, null, null);

    /** Refuses every login. */
    public static final Script LOGIN_REFUSED = new Script(null, true, null, null, null, null);

    /** One thing that a script does. */
    public enum Part {
        /** The reply to the request has another code. */
        CODE,
        /** No login is good. */
        LOGIN,
        /** A reply has another address. */
        BOUND,
        /** The client is sent other bytes. */
        ANSWER,
        /** Each byte is written by itself. */
        PACE,
        /** The proxy's bytes end early. */
        ENDING
    }

    /** What comes after the last byte. */
    public enum End {
        /** The end of output. */
        CUT,
        /** Nothing. */
        STALL,
        /** A reset. */
        RESET
    }

    /**
     * Where the bytes that the client is sent end, and how.
     *
     * @param end what comes then
     * @param after the bytes before it; 0 or more
     * @param inTunnel whether they are counted from the first byte of the tunnel, and not from the first of all
     */
    public record Ending(End end, long after, boolean inTunnel) {

        String asCode() {
            String call = end.name().toLowerCase(Locale.ROOT) + "After(" + after + ")";
            return inTunnel ? call + ".inTunnel()" : call;
        }

        /** Says what has happened, for a person. */
        @Override
        public String toString() {
            String what = switch (end) {
                case CUT -> "cut";
                case STALL -> "stalled";
                case RESET -> "reset";
            };
            return what + " after " + after + (after == 1 ? " byte" : " bytes") + (inTunnel ? " of the tunnel" : "");
        }
    }

    public static Script code(ReplyCode code) {
        return new Script(code, false, null, null, null, null);
    }

    public static Script bound(Endpoint bound) {
        return new Script(null, false, bound, null, null, null);
    }

    public static Script answer(ByteBuffer answer) {
        return new Script(null, false, null, answer, null, null);
    }

    public static Script pace(Duration pause) {
        return new Script(null, false, null, null, pause, null);
    }

    public static Script ending(Ending ending) {
        return new Script(null, false, null, null, null, ending);
    }

    /** Returns all that this script does. */
    public Set<Part> parts() {
        return texts().keySet();
    }

    /** Returns all that this script does, each as the code of a test writes it. */
    private Map<Part, String> texts() {
        Map<Part, String> texts = new EnumMap<>(Part.class);
        if (code != null) {
            texts.put(Part.CODE, "reply(" + code + ")");
        }
        if (refusesLogin) {
            texts.put(Part.LOGIN, "refuseLogin()");
        }
        if (bound != null) {
            texts.put(Part.BOUND, "boundAddress(" + bound + ")");
        }
        if (answer != null) {
            byte[] bytes = new byte[answer.remaining()];
            answer.duplicate().get(bytes);
            HexFormat hex = HexFormat.ofDelimiter(", ").withPrefix("0x").withUpperCase();
            texts.put(Part.ANSWER, "answer(" + hex.formatHex(bytes) + ")");
        }
        if (pause != null) {
            texts.put(Part.PACE, pause.isZero() ? "singleBytes()" : "drip(" + pause + ")");
        }
        if (ending != null) {
            texts.put(Part.ENDING, ending.asCode());
        }
        return texts;
    }

    /**
     * Adds what another script does.
     *
     * @throws IllegalArgumentException if both do the same thing, each in its way
     */
    public Script and(Script other) {
        Map<Part, String> others = other.texts();
        texts().forEach((part, text) -> {
            if (others.containsKey(part)) {
                throw new IllegalArgumentException(
                        "a connection can have only one of " + text + " and " + others.get(part));
            }
        });
        return new Script(
                code == null ? other.code : code,
                refusesLogin || other.refusesLogin,
                bound == null ? other.bound : bound,
                answer == null ? other.answer : answer,
                pause == null ? other.pause : pause,
                ending == null ? other.ending : ending);
    }

    /** Returns the script as the code of a test writes it. */
    @Override
    public String toString() {
        Map<Part, String> texts = texts();
        return texts.isEmpty() ? "none()" : String.join(" and ", texts.values());
    }
}
