package dev.socks5.server;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The server's side of a private method (X'80'), in which the client says so many words: each is a length of one byte
 * and as many bytes, and is answered by a byte with its number. The user is the last one; the word "no" is refused by
 * FF.
 */
public class Words implements ServerNegotiation {

    public static final AuthMethod METHOD = AuthMethod.of(0x80);
    public static final String GREETING = "05 01 80";
    public static final String SELECTED = "05 80";
    public static final String REFUSED = "ff";
    public static final String ALICE = "05 61 6c 69 63 65";
    public static final String NO = "02 6e 6f";

    private final int count;
    private int heard;
    private boolean refused;
    private String last = "";
    private Turn turn;
    private volatile boolean closed;

    /** One that is done after so many words. */
    public Words(int count) {
        this.count = count;
        this.turn = count == 0 ? Turn.DONE : Turn.RECEIVE;
    }

    @Override
    public AuthMethod method() {
        return METHOD;
    }

    @Override
    public Turn turn() {
        return turn;
    }

    @Override
    public boolean receive(ByteBuffer in) throws Socks5Exception {
        if (lacking(in) > 0) {
            return false;
        }
        byte[] word = new byte[in.get() & 0xFF];
        in.get(word);
        last = new String(word, StandardCharsets.ISO_8859_1);
        heard++;
        turn = Turn.SEND;
        refused = last.equals("no");
        if (refused) {
            throw new AuthenticationFailedException("the word is no", 0xFF);
        }
        return true;
    }

    @Override
    public ByteBuffer send() throws Socks5Exception {
        if (refused) {
            turn = Turn.FAILED;
            return ByteBuffer.wrap(new byte[] {(byte) 0xFF});
        }
        turn = heard == count ? Turn.DONE : Turn.RECEIVE;
        return ByteBuffer.wrap(new byte[] {(byte) heard});
    }

    @Override
    public int missing(ByteBuffer in) {
        return lacking(in);
    }

    private static int lacking(ByteBuffer in) {
        return in.hasRemaining() ? Math.max(0, 1 + (in.get(in.position()) & 0xFF) - in.remaining()) : 1;
    }

    @Override
    public Optional<Principal> principal() {
        return last.isEmpty() ? Optional.empty() : Optional.of(new User(last));
    }

    @Override
    public void close() {
        closed = true;
    }

    public boolean isClosed() {
        return closed;
    }

    /** Does not block, and has its negotiations on the loop. */
    public static MethodAuthenticator onTheLoop(Supplier<? extends ServerNegotiation> negotiations) {
        return new MethodAuthenticator() {
            @Override
            public ServerNegotiation begin(ClientAddress client) {
                return negotiations.get();
            }

            @Override
            public boolean mayBlock() {
                return false;
            }
        };
    }
}
