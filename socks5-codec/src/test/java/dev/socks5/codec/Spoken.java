package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One side of a private method whose words both sides know beforehand, as if it were an application's own. It counts
 * what is done with it.
 */
final class Spoken implements ClientNegotiation, ServerNegotiation {

    static final Principal USER = () -> "alice";

    /** One message of the method. */
    record Word(boolean byClient, String hex) {
        ByteBuffer encode() {
            return Buffers.of(hex);
        }

        static Word client(String hex) {
            return new Word(true, hex);
        }

        static Word server(String hex) {
            return new Word(false, hex);
        }
    }

    private final AuthMethod method;
    private final boolean client;
    private final List<Word> words;
    private int next;
    private Turn end = Turn.DONE;
    private int failingWord = -1;
    private @Nullable Exception failure;
    private @Nullable Protection protection;
    private boolean verdict;
    private boolean hasty;
    private int closed;

    private Spoken(AuthMethod method, boolean client, Word... words) {
        this.method = method;
        this.client = client;
        this.words = List.of(words);
    }

    static Spoken client(int method, Word... words) {
        return new Spoken(AuthMethod.of(method), true, words);
    }

    static Spoken server(int method, Word... words) {
        return new Spoken(AuthMethod.of(method), false, words);
    }

    /** Ends in {@link Turn#FAILED}, without an exception. */
    Spoken endsInFailure() {
        end = Turn.FAILED;
        return this;
    }

    /** Says or takes this word by throwing; nothing follows. */
    Spoken failsAt(int word, Exception thrown) {
        failingWord = word;
        failure = thrown;
        return this;
    }

    Spoken protects(Protection by) {
        protection = by;
        return this;
    }

    /** Says that only the verdict is missing, once this side has said its last word. */
    Spoken verdict() {
        verdict = true;
        return this;
    }

    /** The same, though it has more to say. */
    Spoken hasty() {
        hasty = true;
        return this;
    }

    int closed() {
        return closed;
    }

    /** How many words have been said, by either side. */
    int said() {
        return next;
    }

    @Override
    public AuthMethod method() {
        return method;
    }

    @Override
    public Turn turn() {
        if (next >= words.size()) {
            return end;
        }
        return words.get(next).byClient() == client ? Turn.SEND : Turn.RECEIVE;
    }

    @Override
    public ByteBuffer send() throws Socks5Exception {
        turn().require(Turn.SEND);
        failIfDue();
        return words.get(next++).encode();
    }

    @Override
    public boolean receive(ByteBuffer in) throws Socks5Exception {
        turn().require(Turn.RECEIVE);
        ByteBuffer word = words.get(next).encode();
        if (alike(word, in) < Math.min(word.remaining(), in.remaining())) {
            giveUp();
            throw new MalformedMessageException("not the word of " + method);
        }
        if (in.remaining() < word.remaining()) {
            return false;
        }
        in.position(in.position() + word.remaining());
        failIfDue();
        next++;
        return true;
    }

    @Override
    public int missing(ByteBuffer in) {
        ByteBuffer word = words.get(next).encode();
        boolean wrong = alike(word, in) < Math.min(word.remaining(), in.remaining());
        return wrong ? 0 : Math.max(0, word.remaining() - in.remaining());
    }

    /** How many bytes both begin with. */
    private static int alike(ByteBuffer word, ByteBuffer in) {
        int at = word.mismatch(in);
        return at < 0 ? word.remaining() : at;
    }

    private void failIfDue() throws Socks5Exception {
        if (next != failingWord) {
            return;
        }
        giveUp();
        if (failure instanceof Socks5Exception expected) {
            throw expected;
        }
        throw (RuntimeException) failure;
    }

    private void giveUp() {
        next = words.size();
        end = Turn.FAILED;
    }

    @Override
    public boolean awaitsVerdict() {
        return hasty || (verdict && words.stream().skip(next).noneMatch(Word::byClient));
    }

    @Override
    public Optional<Protection> protection() {
        return turn() == Turn.DONE ? Optional.ofNullable(protection) : Optional.empty();
    }

    @Override
    public Optional<Principal> principal() {
        return turn() == Turn.DONE ? Optional.of(USER) : Optional.empty();
    }

    @Override
    public void close() {
        closed++;
    }
}
