package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Generators.Pieces;
import dev.socks5.codec.Party.Outcome;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Handshakes under the protection of GSSAPI, with a byte of the tunnel behind: every pair of cuts, and every bit
 * turned.
 */
class ProtectedHandshakeSplitsTest {

    private static final Pieces WHOLE = new Pieces(List.of(Integer.MAX_VALUE));
    private static final byte[] TUNNEL = {(byte) 0xCA};

    private final Cases cases = new Cases();

    /** One side, and the bytes that it hears if all goes well. */
    private static final class Hearer {
        private final Supplier<Party> party;
        private final byte[] heard;

        Hearer(Supplier<Party> party, byte[] heard) {
            this.party = party;
            this.heard = heard;
        }

        Outcome hear(byte[] bytes, Pieces pieces) {
            Line in = new Line(pieces).write(bytes);
            Line out = new Line(WHOLE);
            Party side = party.get();
            do {
                in.deliver();
                side.proceed(in.in(), out);
            } while (!in.allArrived());
            return side.outcome(in);
        }
    }

    private static List<Hearer> hearers(ProtectionLevel level) {
        GssapiScript script = new GssapiScript(
                new Request(Command.BIND, Talk.DESTINATION),
                Talk.reply(0),
                Talk.reply(1),
                "u",
                level,
                level,
                false,
                false);
        GssapiClient client = new GssapiClient(script, WHOLE, TUNNEL);
        GssapiServer server = new GssapiServer(script, WHOLE, TUNNEL);
        Line up = new Line(WHOLE);
        Line down = new Line(WHOLE);
        do {
            up.deliver();
            down.deliver();
            client.proceed(down.in(), up);
            server.proceed(up.in(), down);
        } while (!up.allArrived() || !down.allArrived());
        return List.of(
                new Hearer(() -> new GssapiClient(script, WHOLE, TUNNEL), down.all()),
                new Hearer(() -> new GssapiServer(script, WHOLE, TUNNEL), up.all()));
    }

    private static List<Hearer> hearers() {
        return Stream.of(ProtectionLevel.INTEGRITY, ProtectionLevel.CONFIDENTIALITY)
                .flatMap(level -> hearers(level).stream())
                .toList();
    }

    @Test
    void everyPairOfCuts() {
        for (Hearer hearer : hearers()) {
            Outcome whole = hearer.hear(hearer.heard, WHOLE);
            Cases.same("DONE CA", whole.turn() + " " + whole.tunnelled(), whole);
            for (int first = 1; first < hearer.heard.length; first++) {
                for (int second = 1; second <= hearer.heard.length - first; second++) {
                    Pieces pieces = new Pieces(List.of(first, second, Integer.MAX_VALUE));
                    cases.expect(
                            whole.toString(), hearer.hear(hearer.heard, pieces).toString(), first, second);
                }
            }
        }
        assertThat(cases.count()).isEqualTo(10_182);
    }

    /** Whoever changes a bit on the way ends the handshake, or changes nothing that counts. */
    @Test
    void everyBitTurned() {
        for (Hearer hearer : hearers()) {
            Outcome whole = hearer.hear(hearer.heard, WHOLE);
            for (int bit = 0; bit < 8 * hearer.heard.length; bit++) {
                byte[] turned = hearer.heard.clone();
                turned[bit / 8] ^= (byte) (1 << bit % 8);
                Outcome outcome = hearer.hear(turned, WHOLE);
                Cases.same(true, whole.tunnelled().startsWith(outcome.tunnelled()), bit, outcome);
                if (outcome.turn() == Turn.DONE) {
                    Cases.same(protectedOf(whole), protectedOf(outcome), bit);
                }
                cases.add();
            }
        }
        assertThat(cases.count()).isEqualTo(2_272);
    }

    /** The request or the replies: what was heard behind the method, and the two messages of the context. */
    private static List<String> protectedOf(Outcome outcome) {
        return outcome.heard().subList(3, outcome.heard().size());
    }
}
