package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Three proxies, with every mixture of what may be sent ahead to each of them. */
class ProxyChainAheadTest {

    private static final Endpoint DESTINATION = Endpoint.of("192.0.2.9", 80);
    private static final PasswordRequest LOGIN = PasswordRequest.of("u", "p");
    private static final String LOGIN_HEX = "0101750170";
    private static final String GRANTED = "05000001C00002070050";
    private static final String EARLY = "CAFEBABE";

    /** What a proxy is offered, and what it selects. */
    enum Kind {
        ANYBODY("050100", "0500"),
        LOGIN("050102", "0502" + "0100"),
        ANYBODY_OR_LOGIN_BY_NOTHING("05020002", "0500"),
        ANYBODY_OR_LOGIN_BY_LOGIN("05020002", "0502" + "0100");

        private final String greeting;
        private final String answers;

        Kind(String greeting, String answers) {
            this.greeting = greeting;
            this.answers = answers;
        }

        private List<ClientNegotiation> offers() {
            ClientNegotiation login = ClientNegotiation.password(ProxyChainAheadTest.LOGIN);
            return switch (this) {
                case ANYBODY -> List.of(ClientNegotiation.noAuthentication());
                case LOGIN -> List.of(login);
                default -> List.of(ClientNegotiation.noAuthentication(), login);
            };
        }
    }

    private record Proxy(int index, Kind kind, SendAhead sendAhead) implements ProxyChain.Hop {
        @Override
        public Endpoint endpoint() {
            return Endpoint.of("192.0.2." + (index + 1), 1080);
        }

        @Override
        public ClientHandshake handshake(Request request, Endpoint destination) {
            assertThat(destination).isEqualTo(DESTINATION);
            return new ClientHandshake(request, kind.offers(), endpoint());
        }

        /** What this proxy is sent, by flights, if it were alone. */
        List<String> flights(String request) {
            boolean ahead = sendAhead != SendAhead.NOTHING;
            return switch (kind) {
                case ANYBODY -> ahead ? List.of(kind.greeting + request) : List.of(kind.greeting, request);
                case LOGIN ->
                    switch (sendAhead) {
                        case NOTHING -> List.of(kind.greeting, LOGIN_HEX, request);
                        case ALL_BUT_LOGINS -> List.of(kind.greeting, LOGIN_HEX + request);
                        case ALL -> List.of(kind.greeting + LOGIN_HEX + request);
                    };
                case ANYBODY_OR_LOGIN_BY_NOTHING -> List.of(kind.greeting, request);
                case ANYBODY_OR_LOGIN_BY_LOGIN ->
                    ahead ? List.of(kind.greeting, LOGIN_HEX + request) : List.of(kind.greeting, LOGIN_HEX, request);
            };
        }
    }

    static Stream<List<SendAhead>> mixtures() {
        SendAhead[] all = SendAhead.values();
        return IntStream.range(0, 27).mapToObj(i -> List.of(all[i / 9], all[i / 3 % 3], all[i % 3]));
    }

    private static Stream<List<Proxy>> chains(List<SendAhead> aheads) {
        Kind[] all = Kind.values();
        return IntStream.range(0, 64)
                .mapToObj(i -> List.of(
                        new Proxy(0, all[i / 16], aheads.get(0)),
                        new Proxy(1, all[i / 4 % 4], aheads.get(1)),
                        new Proxy(2, all[i % 4], aheads.get(2))));
    }

    /** Two proxies share a flight where both may be sent something ahead: a request, and the greeting to the next. */
    private static List<String> flights(List<Proxy> proxies, String earlyData) {
        List<String> all = new ArrayList<>();
        for (Proxy proxy : proxies) {
            boolean last = proxy.index() == proxies.size() - 1;
            Endpoint next = last ? DESTINATION : proxies.get(proxy.index() + 1).endpoint();
            List<String> its = proxy.flights(Buffers.hex(Request.connect(next).encode()) + (last ? earlyData : ""));
            boolean shared = proxy.index() > 0
                    && proxy.sendAhead() != SendAhead.NOTHING
                    && proxies.get(proxy.index() - 1).sendAhead() != SendAhead.NOTHING;
            String first = shared ? all.remove(all.size() - 1) + its.get(0) : its.get(0);
            all.add(first);
            all.addAll(its.subList(1, its.size()));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("mixtures")
    void asFewFlightsAsTheProtocolAllows(List<SendAhead> aheads) throws Socks5Exception {
        for (List<Proxy> proxies : chains(aheads).toList()) {
            for (String early : List.of("", EARLY)) {
                ProxyChain chain = new ProxyChain(proxies, Request.connect(DESTINATION), Buffers.of(early));
                String answers = String.join(
                        "",
                        proxies.stream().map(p -> p.kind().answers + GRANTED).toList());
                ByteBuffer in = Buffers.of(answers + "BEEF");
                assertThat(walk(chain, in)).isEqualTo(flights(proxies, early));
                assertThat(Buffers.hex(in)).isEqualTo("BEEF");
                assertThat(chain.hop()).isEqualTo(2);
            }
        }
    }

    /** Gives the flights that it sends; the answers are there whenever they are read. */
    private static List<String> walk(ProxyChain chain, ByteBuffer answers) throws Socks5Exception {
        List<String> flights = new ArrayList<>();
        while (chain.turn() != Turn.DONE) {
            if (chain.turn() == Turn.SEND) {
                ByteBuffer flight = chain.send();
                assertThat(flight.hasArray()).isTrue();
                flights.add(Buffers.hex(flight));
            } else {
                ByteBuffer input = chain.input();
                assertThat(input.hasRemaining()).isTrue();
                while (input.hasRemaining()) {
                    input.put(answers.get());
                }
                chain.receive();
            }
        }
        return flights;
    }

    @Test
    void oneFlightThroughThreeProxies() throws Socks5Exception {
        List<Proxy> proxies = IntStream.range(0, 3)
                .mapToObj(i -> new Proxy(i, i == 1 ? Kind.LOGIN : Kind.ANYBODY, SendAhead.ALL))
                .toList();
        ProxyChain chain = new ProxyChain(proxies, Request.connect(DESTINATION), Buffers.of(EARLY));
        assertThat(chain.send())
                .isEqualTo(Buffers.of("050100 05010001C00002020438"
                        + "050102 0101750170 05010001C00002030438"
                        + "050100 05010001C00002090050"
                        + EARLY));
        assertThat(chain.turn()).isEqualTo(Turn.RECEIVE);
        assertThat(chain.hop()).isZero();
        assertThat(chain.isNegotiated()).isFalse();
        assertThat(chain.input().remaining()).isEqualTo(2);
        ProxyChainTest.receive(chain, "0500");
        assertThat(chain.isNegotiated()).isTrue();
        ProxyChainTest.receive(chain, GRANTED + "0502");
        assertThat(chain.hop()).isEqualTo(1);
        assertThat(chain.isNegotiated()).isFalse();
        ProxyChainTest.receive(chain, "0100");
        assertThat(chain.isNegotiated()).isTrue();
    }

    /** Its first bytes have to wait until somebody has secured the way to it. */
    @Test
    void nothingGoesAheadToAProxyThatIsSecured() throws Socks5Exception {
        List<ProxyChain.Hop> proxies = List.of(
                new Proxy(0, Kind.ANYBODY, SendAhead.ALL),
                new Secured(new Proxy(1, Kind.ANYBODY, SendAhead.ALL)),
                new Proxy(2, Kind.ANYBODY, SendAhead.ALL));
        ProxyChain chain = new ProxyChain(proxies, Request.connect(DESTINATION), Buffers.of(EARLY));
        ByteBuffer answers = Buffers.of(("0500" + GRANTED).repeat(3));
        assertThat(walk(chain, answers))
                .containsExactly(
                        "05010005010001C00002020438",
                        "05010005010001C00002030438" + "05010005010001C00002090050" + EARLY);
    }

    private record Secured(Proxy proxy) implements ProxyChain.Hop {
        @Override
        public Endpoint endpoint() {
            return proxy.endpoint();
        }

        @Override
        public ClientHandshake handshake(Request request, Endpoint destination) {
            return proxy.handshake(request, destination);
        }

        @Override
        public SendAhead sendAhead() {
            return proxy.sendAhead();
        }

        @Override
        public boolean isSecured() {
            return true;
        }
    }

    /** Whatever went ahead, the proxy that says no is the one that is named, and nobody behind it is believed. */
    @ParameterizedTest
    @MethodSource("mixtures")
    void theFailureNamesItsProxy(List<SendAhead> aheads) {
        for (List<Proxy> proxies : chains(aheads).toList()) {
            for (Proxy culprit : proxies) {
                String before = String.join(
                        "",
                        proxies.subList(0, culprit.index()).stream()
                                .map(p -> p.kind().answers + GRANTED)
                                .toList());
                refuses(
                        proxies,
                        culprit,
                        before + culprit.kind().answers + "0505" + GRANTED.substring(4),
                        RequestRejectedException.class);
                refuses(proxies, culprit, before + "05FF", NoAcceptableMethodException.class);
                refuses(proxies, culprit, before + "0507", MalformedMessageException.class);
                if (culprit.kind().answers.length() > 4) {
                    refuses(proxies, culprit, before + "05020101", AuthenticationFailedException.class);
                }
            }
        }
    }

    private static void refuses(
            List<Proxy> proxies, Proxy culprit, String answers, Class<? extends Socks5Exception> type) {
        ProxyChain chain = new ProxyChain(proxies, Request.connect(DESTINATION), Buffers.of(EARLY));
        ByteBuffer in = Buffers.of(answers + GRANTED + GRANTED);
        assertThatExceptionOfType(type)
                .isThrownBy(() -> walk(chain, in))
                .satisfies(e -> assertThat(e.proxy()).contains(culprit.endpoint()));
        assertThat(chain.hop()).isEqualTo(culprit.index());
        assertThat(chain.turn()).isEqualTo(Turn.FAILED);
        assertThat(Buffers.hex(in)).isEqualTo(GRANTED + GRANTED);
    }
}
