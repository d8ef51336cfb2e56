package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Spoken.Word;
import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A server that hears every value of every byte that a client may send up to the request, and selects every method. */
class ServerHandshakeMethodValuesTest {

    private static final String MALFORMED = "FAILED MalformedMessageException";

    /** Levels of protection. */
    private static final List<Integer> RISING = List.of(0, 1, 3, 2);

    private final Cases cases = new Cases();

    @Test
    void everyVersionAndLengthOfAGreeting() {
        for (int version : Octets.all()) {
            for (int methods : Octets.allIf(version == 0x05)) {
                int[] greeting = new int[2 + methods];
                greeting[0] = version;
                greeting[1] = methods;
                ServerHandshake server = new ServerHandshake();
                String expected = version == 0x05 ? "SEND" : MALFORMED;
                cases.expect(expected, Cases.hear(server, greeting), version, methods);
            }
        }
        assertThat(cases.count()).isEqualTo(256 + 255 * 7);
    }

    @Test
    void everySelectionFromEveryOffer() throws Socks5Exception {
        Set<List<Integer>> offers = new HashSet<>(MethodLists.of(0x00, 0x01, 0x02, 0x80, 0xFF));
        for (int method : Octets.all()) {
            offers.add(List.of(method));
        }
        for (List<Integer> offer : offers) {
            for (int method : Octets.allIf(offer.size() <= 1)) {
                ServerHandshake server = greeted(offer);
                boolean good = offer.contains(method) && method != 0xFF;
                String expected = good ? "05%02X RECEIVE".formatted(method) : "IllegalArgumentException SEND";
                cases.expect(expected, select(server, method), offer, method);
            }
        }
        assertThat(cases.count()).isEqualTo(257 * 256 + 150 * 7);
    }

    private static ServerHandshake greeted(List<Integer> offer) throws Socks5Exception {
        ServerHandshake server = new ServerHandshake();
        Greeting greeting = new Greeting(offer.stream().map(AuthMethod::of).toList());
        Cases.same(Optional.of(greeting), server.receive(greeting.encode()), offer);
        return server;
    }

    private static String select(ServerHandshake server, int method) {
        try {
            String selection = Buffers.hex(server.select(Spoken.server(method, Word.client("AA"))));
            return selection + " " + server.turn();
        } catch (IllegalArgumentException e) {
            return e.getClass().getSimpleName() + " " + server.turn();
        }
    }

    @Test
    void everyLengthOfALogin() throws Socks5Exception {
        for (int name : Octets.all()) {
            for (int password : Octets.all()) {
                byte[] login = new byte[3 + name + password];
                login[0] = 0x01;
                login[1] = (byte) name;
                login[2 + name] = (byte) password;
                String said = name + " " + password;
                ServerNegotiation negotiation = ServerNegotiation.password(heard -> Optional.of(
                        () -> heard.username().length() + " " + heard.password().length()));
                ByteBuffer in = ByteBuffer.wrap(login).limit(0);
                do {
                    in.limit(in.limit() + negotiation.missing(in)); // it fails if that is too much
                } while (!negotiation.receive(in));
                Cases.same("0100", Buffers.hex(negotiation.send()), said);
                Cases.same(login.length, in.position(), said);
                cases.expect(said, negotiation.principal().orElseThrow().getName(), said);
            }
        }
        assertThat(cases.count()).isEqualTo(256 * 256);
    }

    @Test
    void everyVersionOfALogin() throws Socks5Exception {
        for (int version : Octets.all()) {
            for (int password : Octets.allIf(version == 0x01)) {
                String right = password == 'p' ? "0100 RECEIVE" : "0101 FAILED";
                ServerHandshake server = new ServerHandshake();
                ServerNegotiation negotiation = begin(server, Talk.Method.PASSWORD.server());
                String outcome = negotiate(server, negotiation, version, 1, 'u', 1, password);
                cases.expect(version == 0x01 ? right : MALFORMED, outcome, version, password);
            }
        }
        assertThat(cases.count()).isEqualTo(256 + 255 * 7);
    }

    @Test
    void everyTypeOfGssapiMessageAtEachStep() throws Socks5Exception {
        for (int version : Octets.all()) {
            for (int type : Octets.allIf(version == 0x01)) {
                boolean known = version == 0x01;
                ServerHandshake server = new ServerHandshake();
                ServerNegotiation first = begin(server, Talk.Method.GSSAPI.server());
                String context = negotiate(server, first, version, type, 0, 1, 'u');
                String failure = "01FF FAILED MalformedMessageException";
                cases.expect(known && type == 0x01 ? "010100026869 RECEIVE" : failure, context, version, type);
                server = new ServerHandshake();
                ServerNegotiation second = begin(server, Talk.Method.GSSAPI.server());
                negotiate(server, second, 0x01, 0x01, 0, 1, 'u');
                String level = negotiate(server, second, version, type, 0, 1, 0);
                cases.expect(known && type == 0x02 ? "0102000100 RECEIVE" : failure, level, version, type);
            }
        }
        assertThat(cases.count()).isEqualTo(2 * (256 + 255 * 7));
    }

    @Test
    void everyLengthOfAGssapiTokenUpToFourTimesAByte() throws Socks5Exception {
        for (int length = 0; length < 4 * 256; length++) {
            byte[] name = new byte[length];
            Arrays.fill(name, (byte) 'u');
            ByteBuffer in = new GssapiMessage.Authentication(GssapiToken.of(name)).encode();
            int end = in.limit();
            ServerNegotiation negotiation = Talk.Method.GSSAPI.server();
            in.limit(0);
            do {
                in.limit(in.limit() + negotiation.missing(in)); // it fails if that is too much
            } while (!negotiation.receive(in));
            cases.expect(end + " 010100026869", in.position() + " " + Buffers.hex(negotiation.send()), length);
        }
        assertThat(cases.count()).isEqualTo(4 * 256);
    }

    @Test
    void everyLevelAskedOfEveryPairOfLimits() throws Socks5Exception {
        for (int least : RISING) {
            for (int most : RISING.subList(RISING.indexOf(least), RISING.size())) {
                for (int asked : Octets.all()) {
                    ServerHandshake server = new ServerHandshake();
                    ServerNegotiation negotiation = begin(server, gssapi(least, most));
                    negotiate(server, negotiation, 0x01, 0x01, 0, 1, 'u');
                    String outcome = negotiate(server, negotiation, 0x01, 0x02, 0, 1, asked);
                    int rank = RISING.indexOf(asked);
                    int agreed = rank < RISING.indexOf(least) ? least : rank > RISING.indexOf(most) ? most : asked;
                    String expected =
                            rank < 0 ? "01FF FAILED GssapiException" : "01020001%02X RECEIVE".formatted(agreed);
                    cases.expect(expected, outcome, least, most, asked);
                    boolean bare = rank < 0 || agreed == 0;
                    Cases.same(bare, negotiation.protection().isEmpty(), least, most, asked);
                }
            }
        }
        assertThat(cases.count()).isEqualTo(10 * 256);
    }

    private static ServerNegotiation gssapi(int least, int most) {
        return ServerNegotiation.gssapi(
                FakeContext.acceptor(),
                new ProtectionLevel(least),
                new ProtectionLevel(most),
                true,
                name -> Optional.of(() -> name));
    }

    private static ServerNegotiation begin(ServerHandshake server, ServerNegotiation negotiation) {
        Cases.hear(server, 0x05, 1, negotiation.method().code());
        server.select(negotiation);
        return negotiation;
    }

    /** What comes of a message, and what is said to it. */
    private static String negotiate(ServerHandshake server, ServerNegotiation negotiation, int... message)
            throws Socks5Exception {
        String failure = "";
        try {
            Cases.same(true, negotiation.receive(Octets.buffer(message)), negotiation);
        } catch (Socks5Exception e) {
            failure = " " + e.getClass().getSimpleName();
        }
        String answer = negotiation.turn() == Turn.SEND ? Buffers.hex(negotiation.send()) + " " : "";
        return answer + server.turn() + failure;
    }
}
