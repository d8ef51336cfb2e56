package dev.socks5.junit;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.junit.internal.wire.Script;
import dev.socks5.junit.internal.wire.Script.End;
import dev.socks5.junit.internal.wire.Script.Ending;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says what a test proxy does to one connection: a failure, or an oddity that a client should take. It happens on the
 * wire: the client gets these very bytes from a socket.
 *
 * <pre>{@code
 * proxy.next(Fault.reply(ReplyCode.CONNECTION_REFUSED));
 * proxy.next(Fault.cutAfter(5));
 * proxy.next(Fault.drip(Duration.ofMillis(20)).and(Fault.resetAfter(1000).inTunnel()));
 * }</pre>
 *
 * <p>Bytes are counted as the client is sent them: two for the method, two more for a login, ten or more for the reply,
 * then the tunnel. Immutable.
 */
public final class Fault {

    private static final Fault NONE = new Fault(Script.NONE);

    private final Script script;

    private Fault(Script script) {
        this.script = script;
    }

    private static Fault ending(End end, long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a number of bytes is not negative: " + bytes);
        }
        return new Fault(Script.ending(new Ending(end, bytes, false)));
    }

    /**
     * Does nothing: the connection is served as ever. It lets one connection pass before a fault.
     *
     * @return no fault
     */
    public static Fault none() {
        return NONE;
    }

    /**
     * Refuses the request. The server does that by its rules, so nothing is looked up or connected to.
     *
     * @param code the code of the reply, also one that RFC 1928 does not assign
     * @return the fault
     * @throws IllegalArgumentException if the code means success
     */
    public static Fault reply(ReplyCode code) {
        if (code.equals(ReplyCode.SUCCEEDED)) {
            throw new IllegalArgumentException("not a failure: " + code);
        }
        return new Fault(Script.code(code));
    }

    /**
     * Refuses the login, whatever it is. The proxy has to ask for one ({@link Socks5TestProxyBuilder#login}), and the
     * client to send it.
     *
     * @return the fault
     */
    public static Fault refuseLogin() {
        return new Fault(Script.LOGIN_REFUSED);
    }

    /**
     * Puts another address into the reply (BND.ADDR and BND.PORT). After CONNECT every address is legal, and clients
     * have to take it: a name, IPv6, or {@link Endpoint#UNSPECIFIED}.
     *
     * @param bound the address and port
     * @return the fault
     */
    public static Fault boundAddress(Endpoint bound) {
        return new Fault(Script.bound(Objects.requireNonNull(bound, "bound")));
    }

    /**
     * Sends these bytes instead of all that the server would say, as soon as the client has sent something, and then
     * ends the connection. This makes a proxy that speaks HTTP, gives a wrong version, or selects a method that was
     * not offered.
     *
     * @param bytes the bytes, each from 0x00 to 0xFF
     * @return the fault
     * @throws IllegalArgumentException if one of them is no byte
     */
    public static Fault answer(int... bytes) {
        ByteBuffer answer = ByteBuffer.allocate(bytes.length);
        for (int value : bytes) {
            if (value < 0 || value > 0xFF) {
                throw new IllegalArgumentException("not a byte: " + value);
            }
            answer.put((byte) value);
        }
        return new Fault(Script.answer(answer.flip().asReadOnlyBuffer()));
    }

    /**
     * Sends each byte by itself, without a pause. The client may still find several when it reads.
     *
     * @return the fault
     */
    public static Fault singleBytes() {
        return drip(Duration.ZERO);
    }

    /**
     * Sends each byte by itself, with a pause before it.
     *
     * @param pause zero or more
     * @return the fault
     * @throws IllegalArgumentException if the pause is negative
     */
    public static Fault drip(Duration pause) {
        if (pause.isNegative()) {
            throw new IllegalArgumentException("a pause is not negative: " + pause);
        }
        return new Fault(Script.pace(pause));
    }

    /**
     * Ends the connection after some bytes: the client is sent the end of output, and what it sends is read and
     * dropped.
     *
     * @param bytes how many bytes the client is sent before; 0 ends the connection as soon as it is accepted
     * @return the fault
     * @throws IllegalArgumentException if the number is negative
     */
    public static Fault cutAfter(long bytes) {
        return ending(End.CUT, bytes);
    }

    /**
     * Sends nothing any more after some bytes, and keeps the connection open until the test proxy is closed, or the
     * next test begins. What the client sends still reaches the server.
     *
     * @param bytes how many bytes the client is sent before; 0 for none at all
     * @return the fault
     * @throws IllegalArgumentException if the number is negative
     */
    public static Fault stallAfter(long bytes) {
        return ending(End.STALL, bytes);
    }

    /**
     * Resets the connection after some bytes (RST). A reset can overtake the bytes before it, which the client then
     * never reads.
     *
     * @param bytes how many bytes the client is sent before; 0 resets the connection as soon as it is accepted
     * @return the fault
     * @throws IllegalArgumentException if the number is negative
     */
    public static Fault resetAfter(long bytes) {
        return ending(End.RESET, bytes);
    }

    /**
     * Counts the bytes from the first one of the tunnel, and not from the first of all. The tunnel begins behind the
     * last reply. Of proxies with other methods than no login and {@link Socks5TestProxyBuilder#login} it is not known
     * where that is, and the fault never happens.
     *
     * @return another fault
     * @throws IllegalStateException if this fault is not made by {@link #cutAfter}, {@link #stallAfter} or
     *     {@link #resetAfter} alone
     */
    public Fault inTunnel() {
        Ending ending = script.ending();
        if (ending == null || script.parts().size() > 1 || ending.inTunnel()) {
            throw new IllegalStateException("counts no bytes: " + this);
        }
        return new Fault(Script.ending(new Ending(ending.end(), ending.after(), true)));
    }

    /**
     * Does the same as this fault, and another one too.
     *
     * @param other the other fault
     * @return another fault
     * @throws IllegalArgumentException if both are about the same, such as two paces
     */
    public Fault and(Fault other) {
        return new Fault(script.and(other.script));
    }

    Script script() {
        return script;
    }

    /** Whether another object is the same fault. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fault that && script.equals(that.script);
    }

    @Override
    public int hashCode() {
        return script.hashCode();
    }

    /** Returns the fault as code would write it. */
    @Override
    public String toString() {
        return script.toString();
    }
}
