package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.socks5.codec.Spoken.Word;
import dev.socks5.testing.FakeContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A client that hears every value of every byte that a server may send up to the request. */
class ClientHandshakeMethodValuesTest {

    private static final String MALFORMED = "MalformedMessageException";

    private static final String DENIED = "AuthenticationFailedException";

    private final Cases cases = new Cases();

    @Test
    void everySelectionFromEveryOffer() throws Socks5Exception {
        Set<List<Integer>> offers = new HashSet<>(MethodLists.withoutRepetition(0x00, 0x01, 0x02, 0x80, 0xFE));
        for (int method = 0x00; method < 0xFF; method++) {
            offers.add(List.of(method));
        }
        for (List<Integer> offer : offers) {
            for (int selected : Octets.allIf(offer.size() == 1)) {
                List<Spoken> others = new ArrayList<>();
                ClientHandshake client = offering(offer, others);
                String expected = selected == 0xFF
                        ? "NoAcceptableMethodException"
                        : offer.contains(selected) ? "SEND " + firstWord(selected) : MALFORMED;
                cases.expect(expected, Cases.hear(client, 0x05, selected), offer, selected);
                for (Spoken other : others) {
                    boolean kept = other.method().code() == selected;
                    Cases.same(kept ? "0" : "1", "" + other.closed(), offer, selected, other.method());
                }
            }
        }
        assertThat(cases.count()).isEqualTo(255 * 256 + 80 * 7);
    }

    private static ClientHandshake offering(List<Integer> offer, List<Spoken> spoken) throws Socks5Exception {
        List<ClientNegotiation> negotiations = new ArrayList<>();
        for (int method : offer) {
            switch (method) {
                case 0x00 -> negotiations.add(Talk.Method.NONE.client());
                case 0x01 -> negotiations.add(Talk.Method.GSSAPI.client());
                case 0x02 -> negotiations.add(Talk.Method.PASSWORD.client());
                default -> {
                    spoken.add(Spoken.client(method, Word.client("AA %02X".formatted(method)), Word.server("BB")));
                    negotiations.add(spoken.get(spoken.size() - 1));
                }
            }
        }
        ClientHandshake client =
                new ClientHandshake(new Request(Command.CONNECT, Talk.DESTINATION), negotiations, null);
        client.send();
        return client;
    }

    private static String firstWord(int method) {
        return switch (method) {
            case 0x00 -> "05010003 0161 0050".replace(" ", "");
            case 0x01 -> "0101000175";
            case 0x02 -> "0101750170";
            default -> "AA%02X".formatted(method);
        };
    }

    @Test
    void everyListThatCannotBeOffered() {
        for (List<Integer> offer : MethodLists.of(0x00, 0x01, 0x02, 0x80, 0xFF)) {
            if (offer.isEmpty() || offer.contains(0xFF) || new HashSet<>(offer).size() < offer.size()) {
                assertThatIllegalArgumentException().isThrownBy(() -> offering(offer, new ArrayList<>()));
                cases.add();
            }
        }
        assertThat(cases.count()).isEqualTo(116);
    }

    @Test
    void everyVersionOfASelection() throws Socks5Exception {
        for (int version : Octets.all()) {
            for (int method : Octets.allIf(version == 0x05)) {
                String right =
                        method == 0xFF ? "NoAcceptableMethodException" : method == 0x02 ? "SEND 0101750170" : MALFORMED;
                ClientHandshake client = after(Talk.Method.PASSWORD, 1);
                cases.expect(version == 0x05 ? right : MALFORMED, Cases.hear(client, version, method), version, method);
            }
        }
        assertThat(cases.count()).isEqualTo(256 + 255 * 7);
    }

    @Test
    void everyVerdictOnALogin() throws Socks5Exception {
        for (int version : Octets.all()) {
            boolean known = version == 0x01 || version == 0x05; // some servers write 5
            for (int status : Octets.allIf(known)) {
                String expected = !known ? MALFORMED : status == 0x00 ? "SEND 0501000301610050" : DENIED;
                ClientHandshake client = after(Talk.Method.PASSWORD, 3);
                cases.expect(expected, Cases.hear(client, version, status), version, status);
            }
        }
        assertThat(cases.count()).isEqualTo(2 * 256 + 254 * 7);
    }

    @Test
    void everyTypeOfGssapiMessageAtEachStep() throws Socks5Exception {
        for (int version : Octets.all()) {
            for (int type : Octets.allIf(version == 0x01)) {
                String context = gssapi(version, type, type == 0x01 ? "SEND 0102000100" : MALFORMED);
                cases.expect(
                        context,
                        Cases.hear(after(Talk.Method.GSSAPI, 3), message(version, type, 0, 2, 'h', 'i')),
                        version,
                        type);
                String level = gssapi(version, type, type == 0x02 ? "SEND 0501000301610050" : MALFORMED);
                cases.expect(
                        level,
                        Cases.hear(after(Talk.Method.GSSAPI, 5), message(version, type, 0, 1, 0)),
                        version,
                        type);
            }
        }
        assertThat(cases.count()).isEqualTo(2 * (256 + 255 * 7));
    }

    /** An abort has its type and no more. */
    private static int[] message(int version, int type, int... rest) {
        int[] message = Arrays.copyOf(new int[] {version, type}, type == 0xFF ? 2 : 2 + rest.length);
        System.arraycopy(rest, 0, message, 2, message.length - 2);
        return message;
    }

    private static String gssapi(int version, int type, String otherwise) {
        return version != 0x01 ? MALFORMED : type == 0xFF ? DENIED : otherwise;
    }

    @Test
    void everyLevelForEveryLevelAsked() throws Socks5Exception {
        List<Integer> rising = List.of(0, 1, 3, 2);
        for (int asked : rising) {
            for (int agreed : Octets.all()) {
                ClientHandshake client = new ClientHandshake(
                        new Request(Command.CONNECT, Talk.DESTINATION),
                        List.of(ClientNegotiation.gssapi(FakeContext.initiator("u"), new ProtectionLevel(asked), true)),
                        null);
                client.send();
                Cases.hear(client, 0x05, 0x01);
                Cases.hear(client, 0x01, 0x01, 0, 2, 'h', 'i');
                boolean enough = rising.indexOf(agreed) >= rising.indexOf(asked);
                String expected = enough ? "SEND 0501000301610050" : "GssapiException";
                cases.expect(expected, Cases.hear(client, 0x01, 0x02, 0, 1, agreed), asked, agreed);
                int level = client.protection()
                        .map(protection -> protection.level().code())
                        .orElse(0);
                Cases.same("" + (enough ? agreed : 0), "" + level, asked, agreed);
            }
        }
        assertThat(cases.count()).isEqualTo(4 * 256);
    }

    /** A client that has come so far in its talk. */
    private static ClientHandshake after(Talk.Method method, int words) throws Socks5Exception {
        Talk talk = new Talk(method, Command.CONNECT);
        ClientHandshake client = talk.client();
        for (Word word : talk.words().subList(0, words)) {
            if (word.byClient()) {
                client.send();
            } else {
                client.receive(word.encode());
            }
        }
        return client;
    }
}
