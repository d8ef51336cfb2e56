package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Spoken.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * However the bytes arrive, the same comes of them: whole handshakes of every method, on both sides, and those that end
 * at any word. {@link Splits} says which splits.
 */
class HandshakeSplitsTest {

    private static final String TUNNEL = "CA";
    private static final String REST = "00 03 01 62 0001"; // of a reply

    private final Cases cases = new Cases();

    @Test
    void clientsThatSucceed() throws Socks5Exception {
        for (Talk talk : Talk.all()) {
            String expected = Talk.said(talk.words(), true) + " DONE " + TUNNEL;
            for (SendAhead ahead : SendAhead.values()) {
                everySplit(() -> Side.client(talk.client(), ahead), of(talk.words(), false), TUNNEL, expected);
            }
        }
        assertThat(cases.count()).isEqualTo(59_199);
    }

    @Test
    void clientsThatAreRefused() throws Socks5Exception {
        for (Talk talk : Talk.all()) {
            for (int at = 0; at < talk.words().size(); at++) {
                if (!talk.words().get(at).byClient()) {
                    refusesClientAt(
                            talk, at, at > talk.requestAt() ? "04" + REST : "04 5A", "MalformedMessageException");
                    refusesClientAt(talk, at, noTo(talk, at), at < 2 ? "NoAcceptableMethodException" : no(talk, at));
                }
            }
        }
        assertThat(cases.count()).isEqualTo(38_515);
    }

    private void refusesClientAt(Talk talk, int at, String word, String failure) throws Socks5Exception {
        List<Word> words = new ArrayList<>(talk.words().subList(0, at));
        String said = Talk.said(words, true);
        words.add(Word.server(word));
        everySplit(
                () -> Side.client(talk.client(), SendAhead.NOTHING), of(words, false), "", said + " FAILED " + failure);
    }

    /** How a server says no in place of a word. */
    private static String noTo(Talk talk, int at) {
        if (at == 1) {
            return "05 FF";
        }
        if (at > talk.requestAt()) {
            return "0505" + REST;
        }
        return talk.method().no();
    }

    private static String no(Talk talk, int at) {
        if (at > talk.requestAt()) {
            return "RequestRejectedException";
        }
        return talk.method().denial();
    }

    @Test
    void serversThatSucceed() throws Socks5Exception {
        for (Talk talk : Talk.all()) {
            String expected = Talk.said(talk.words(), false) + " DONE " + TUNNEL;
            everySplit(() -> Side.server(talk.method().server()), of(talk.words(), true), TUNNEL, expected);
        }
        assertThat(cases.count()).isEqualTo(12_572);
    }

    @Test
    void serversThatHearNonsense() throws Socks5Exception {
        for (Talk talk : Talk.all()) {
            for (int at = 0; at < talk.words().size(); at++) {
                if (talk.words().get(at).byClient()) {
                    List<Word> words = new ArrayList<>(talk.words().subList(0, at));
                    String said = Talk.said(words, false);
                    words.add(Word.client("04 01 0050"));
                    everySplit(
                            () -> Side.server(talk.method().server()),
                            of(words, true),
                            "",
                            said + lastWord(talk, at) + " FAILED MalformedMessageException");
                }
            }
        }
        assertThat(cases.count()).isEqualTo(11_912);
    }

    private static String lastWord(Talk talk, int at) {
        if (at == talk.requestAt()) {
            return "05010001000000000000";
        }
        return at > 0 && talk.method() == Talk.Method.GSSAPI ? "01FF" : "";
    }

    private static List<Word> of(List<Word> words, boolean byClient) {
        return words.stream().filter(word -> word.byClient() == byClient).toList();
    }

    private void everySplit(Supplier<Side> side, List<Word> words, String tunnel, String expected)
            throws Socks5Exception {
        int length = words.stream().mapToInt(word -> word.encode().remaining()).sum() + tunnel.length() / 2;
        for (long cuts : Splits.of(length).toArray()) {
            String outcome = Side.drive(side.get(), words, tunnel, cuts);
            cases.expect(expected, outcome, cuts);
        }
    }
}
