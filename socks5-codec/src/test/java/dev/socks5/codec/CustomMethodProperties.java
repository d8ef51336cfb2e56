package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.socks5.codec.Generators.Pieces;
import dev.socks5.codec.Spoken.Word;
import dev.socks5.testing.FakeContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/** Methods that nobody has heard of, between the two halves of this library, through one proxy or several. */
@Domain(Generators.class)
@Domain(DomainContext.Global.class)
class CustomMethodProperties {

    private static final Request CONNECT = Request.connect(Endpoint.of("destination.example", 443));

    enum Mishap {
        REFUSAL,
        BREAKAGE,
        END_IN_FAILURE
    }

    /** A method: what is said, whether it protects, and what is sent ahead of it. */
    record Method(List<Word> words, boolean protects, SendAhead ahead) {

        Spoken side(boolean client) {
            Word[] all = words.toArray(Word[]::new);
            Spoken side = client ? Spoken.client(0x80, all) : Spoken.server(0x80, all);
            try {
                FakeContext context = client ? FakeContext.initiator("alice") : FakeContext.acceptor();
                return protects
                        ? side.protects(new GssapiProtection(context, ProtectionLevel.CONFIDENTIALITY))
                        : side.verdict();
            } catch (Socks5Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @Provide
    Arbitrary<Method> methods() {
        Arbitrary<Word> words = Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(40))
                .as((byClient, bytes) -> new Word(byClient, Buffers.hex(ByteBuffer.wrap(bytes))));
        return Combinators.combine(
                        words.list().ofMaxSize(6), Arbitraries.of(true, false), Arbitraries.of(SendAhead.class))
                .as(Method::new);
    }

    /** A client, its proxies, and the line between them. */
    private static final class World {
        private final List<Spoken> clients = new ArrayList<>();
        private final List<Spoken> servers = new ArrayList<>();
        private final List<MethodServer> proxies = new ArrayList<>();
        private final List<Integer> begun = new ArrayList<>();
        private final List<Protection> layers = new ArrayList<>();
        private final List<ByteBuffer> received = new ArrayList<>();
        private final Line up;
        private final Line down;
        private final ProxyChain chain;

        World(List<Method> methods, byte[] early, byte[] tunnel, Pieces pieces) {
            methods.forEach(method -> clients.add(method.side(true)));
            methods.forEach(method -> servers.add(method.side(false)));
            MethodServer next = null;
            for (int i = methods.size() - 1; i >= 0; i--) {
                next = new MethodServer(servers.get(i), next, tunnel);
                proxies.add(0, next);
            }
            up = new Line(pieces);
            down = new Line(pieces);
            received.add(down.in());
            List<ProxyChain.Hop> hops = new ArrayList<>();
            for (int i = 0; i < methods.size(); i++) {
                hops.add(hop(i, methods.get(i).ahead()));
            }
            chain = new ProxyChain(hops, CONNECT, ByteBuffer.wrap(early));
        }

        private ProxyChain.Hop hop(int index, SendAhead ahead) {
            return new ProxyChain.Hop() {
                @Override
                public Endpoint endpoint() {
                    return proxy(index);
                }

                @Override
                public ClientHandshake handshake(Request request, Endpoint destination) {
                    begun.add(index);
                    return new ClientHandshake(request, List.of(clients.get(index)), endpoint());
                }

                @Override
                public SendAhead sendAhead() {
                    return ahead;
                }
            };
        }

        /** Goes on until the client is done, or it throws. */
        void run() throws IOException {
            while (chain.turn() != Turn.DONE) {
                if (chain.turn() == Turn.SEND) {
                    Optional<Protection> protection = chain.protection();
                    if (protection.isPresent() && !layers.contains(protection.get())) {
                        layers.add(protection.get());
                        received.add(ByteBuffer.allocate(16_384).limit(0));
                    }
                    write(chain.send());
                } else if (!read()) {
                    exchange();
                }
            }
            while (!up.allArrived() || !down.allArrived()) {
                exchange();
            }
        }

        private void exchange() throws IOException {
            if (up.allArrived() && down.allArrived()) {
                throw chain.closed(); // the server would have answered
            }
            up.deliver();
            down.write(proxies.get(0).take(up.in()));
            down.deliver();
        }

        private void write(ByteBuffer flight) throws IOException {
            ByteBuffer bytes = flight;
            for (int i = layers.size() - 1; i >= 0; i--) {
                bytes = layers.get(i).wrap(bytes);
            }
            up.write(bytes);
        }

        /** Gives the bytes that have come through all protections. */
        private ByteBuffer unprotected() throws IOException {
            for (int i = 0; i < layers.size(); i++) {
                Optional<ByteBuffer> more = layers.get(i).unwrap(received.get(i));
                while (more.isPresent()) {
                    received.get(i + 1).compact().put(more.get()).flip();
                    more = layers.get(i).unwrap(received.get(i));
                }
            }
            return received.get(layers.size());
        }

        private boolean read() throws IOException {
            ByteBuffer in = unprotected();
            ByteBuffer room = chain.input();
            boolean some = in.hasRemaining();
            while (in.hasRemaining() && room.hasRemaining()) {
                room.put(in.get());
            }
            if (some) {
                chain.receive();
            }
            return some;
        }
    }

    private static Endpoint proxy(int index) {
        return Endpoint.of("192.0.2." + (index + 1), 1080);
    }

    @Property
    void bothHalvesAgree(
            @ForAll @Size(min = 1, max = 3) List<@From("methods") Method> methods,
            @ForAll @Size(max = 50) byte[] early,
            @ForAll @Size(max = 50) byte[] tunnel,
            @ForAll Pieces pieces)
            throws IOException {
        World world = new World(methods, early, tunnel, pieces);
        world.run();
        int last = methods.size() - 1;
        for (int i = 0; i <= last; i++) {
            assertThat(world.proxies.get(i).failure()).isNull();
            assertThat(world.proxies.get(i).request()).isEqualTo(i == last ? CONNECT : Request.connect(proxy(i + 1)));
            assertThat(world.servers.get(i).principal()).contains(Spoken.USER);
            assertThat(world.clients.get(i).closed()).isEqualTo(methods.get(i).protects() ? 0 : 1);
            assertThat(world.servers.get(i).closed()).isZero();
        }
        assertThat(world.proxies.get(last).tunnelled()).isEqualTo(Buffers.hex(ByteBuffer.wrap(early)));
        assertThat(world.unprotected()).isEqualTo(ByteBuffer.wrap(tunnel));
    }

    /** Whoever it is that fails, and wherever: nobody behind that proxy hears of it, and everything is closed. */
    @Property
    void aMishapIsTheEnd(
            @ForAll @Size(min = 1, max = 3) List<@From("methods") Method> methods,
            @ForAll Mishap mishap,
            @ForAll boolean clients,
            @ForAll int hop,
            @ForAll int word,
            @ForAll Pieces pieces) {
        int at = Math.floorMod(hop, methods.size());
        World world = new World(methods, new byte[] {1}, new byte[] {2}, pieces);
        Spoken failing = (clients ? world.clients : world.servers).get(at);
        int words = methods.get(at).words().size();
        switch (words == 0 ? Mishap.END_IN_FAILURE : mishap) {
            case REFUSAL -> failing.failsAt(Math.floorMod(word, words), new AuthenticationFailedException("no", 7));
            case BREAKAGE -> failing.failsAt(Math.floorMod(word, words), new IllegalArgumentException("broken"));
            case END_IN_FAILURE -> failing.endsInFailure();
        }
        Throwable thrown = catchThrowable(world::run);
        boolean broken = clients && mishap == Mishap.BREAKAGE && words > 0;
        assertThat(thrown).isInstanceOf(broken ? IllegalArgumentException.class : Socks5Exception.class);
        if (thrown instanceof Socks5Exception failure) {
            assertThat(failure.proxy()).contains(proxy(at));
        }
        assertThat(world.chain.turn()).isEqualTo(Turn.FAILED);
        for (int i = 0; i < methods.size(); i++) {
            Spoken side = world.clients.get(i);
            boolean taken = side.protection().filter(world.layers::contains).isPresent();
            assertThat(side.closed() > 0).isEqualTo(world.begun.contains(i) && !taken);
        }
        // What went ahead of a client's own mishap may have been heard.
        assertThat(world.proxies.stream()
                        .skip(at)
                        .map(MethodServer::request)
                        .filter(heard -> !clients && heard != null))
                .isEmpty();
    }
}
