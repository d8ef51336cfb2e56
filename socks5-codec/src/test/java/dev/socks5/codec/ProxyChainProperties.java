package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Generators.Pieces;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import org.jspecify.annotations.Nullable;

@Domain(Generators.class)
@Domain(DomainContext.Global.class)
class ProxyChainProperties {

    private static final Endpoint DESTINATION = Endpoint.of("destination.example", 443);

    /** A proxy, and what it says of a request. */
    private record Proxy(Endpoint endpoint, @Nullable PasswordRequest login, Endpoint bound) implements ProxyChain.Hop {
        @Override
        public ClientHandshake handshake(Request request, Endpoint destination) {
            return new ClientHandshake(request, login);
        }
    }

    /** Whatever the streams are cut into, the walk ends where the tunnel begins. */
    @Property
    void aWalkThroughWillingProxies(
            @ForAll @Size(min = 1, max = 4) List<Endpoint> proxies,
            @ForAll Reply last,
            @ForAll PasswordRequest login,
            @ForAll Pieces pieces,
            @ForAll boolean bind,
            @ForAll byte[] tunnel)
            throws Socks5Exception {
        Request request = new Request(bind ? Command.BIND : Command.CONNECT, DESTINATION);
        List<Proxy> hops = new ArrayList<>();
        for (Endpoint proxy : proxies) {
            hops.add(new Proxy(proxy, hops.size() % 2 == 0 ? null : login, last.bound()));
        }
        Line answers = new Line(pieces);
        List<Message> expected = new ArrayList<>();
        for (int i = 0; i < hops.size(); i++) {
            boolean isLast = i == hops.size() - 1;
            converse(
                    hops.get(i),
                    isLast ? request : Request.connect(hops.get(i + 1).endpoint()),
                    expected,
                    answers);
        }
        answers.write(tunnel);

        ProxyChain chain = new ProxyChain(hops, request);
        Line sent = new Line(pieces);
        List<Reply> replies = new ArrayList<>();
        while (chain.turn() != Turn.DONE) {
            if (chain.turn() == Turn.SEND) {
                sent.write(chain.send());
            } else {
                answers.deliver();
                read(chain, answers.in()).ifPresent(replies::add);
            }
        }
        assertThat(replies).hasSize(bind ? 2 : 1).containsOnly(Reply.success(last.bound()));
        assertThat(chain.isAtLast()).isTrue();
        assertThat(sent.all()).isEqualTo(new Line(pieces).write(expected).all());
        assertThat(answers.rest()).isEqualTo(tunnel);
    }

    private static void converse(Proxy proxy, Request request, List<Message> questions, Line answers) {
        PasswordRequest login = proxy.login();
        questions.add(
                login == null
                        ? Greeting.of(AuthMethod.NO_AUTHENTICATION)
                        : Greeting.of(AuthMethod.NO_AUTHENTICATION, AuthMethod.USERNAME_PASSWORD));
        List<Message> said = new ArrayList<>();
        if (login == null) {
            said.add(new MethodSelection(AuthMethod.NO_AUTHENTICATION));
        } else {
            said.add(new MethodSelection(AuthMethod.USERNAME_PASSWORD));
            questions.add(login);
            said.add(PasswordResponse.SUCCESS);
        }
        questions.add(request);
        said.add(Reply.success(proxy.bound()));
        if (request.command().equals(Command.BIND)) {
            said.add(Reply.success(proxy.bound()));
        }
        answers.write(said);
    }

    private static Optional<Reply> read(ProxyChain chain, ByteBuffer arrived) throws Socks5Exception {
        Optional<Reply> reply = Optional.empty();
        while (arrived.hasRemaining() && chain.turn() == Turn.RECEIVE && reply.isEmpty()) {
            ByteBuffer input = chain.input();
            while (input.hasRemaining() && arrived.hasRemaining()) {
                input.put(arrived.get());
            }
            reply = chain.receive();
        }
        return reply;
    }
}
