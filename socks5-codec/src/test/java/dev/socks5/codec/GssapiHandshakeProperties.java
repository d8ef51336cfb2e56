package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Generators.Pieces;
import dev.socks5.codec.Party.Outcome;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

@Domain(Generators.class)
@Domain(DomainContext.Global.class)
class GssapiHandshakeProperties {

    private static final Pieces WHOLE = new Pieces(List.of(Integer.MAX_VALUE));

    /** Two sides and what they have said to each other. */
    private record Conversation(GssapiClient client, GssapiServer server, Line up, Line down) {

        static Conversation of(
                GssapiScript script, Pieces cuts, Pieces up, Pieces down, byte[] clientsTunnel, byte[] serversTunnel) {
            Conversation all = new Conversation(
                    new GssapiClient(script, cuts, clientsTunnel),
                    new GssapiServer(script, cuts, serversTunnel),
                    new Line(up),
                    new Line(down));
            do {
                all.up.deliver();
                all.down.deliver();
                all.client.proceed(all.down.in(), all.up);
                all.server.proceed(all.up.in(), all.down);
            } while (!all.up.allArrived() || !all.down.allArrived());
            return all;
        }
    }

    /** However the streams are cut, and whatever is protected at once. */
    @Property
    void bothHalvesAgree(
            @ForAll GssapiScript script,
            @ForAll Pieces cuts,
            @ForAll Pieces up,
            @ForAll Pieces down,
            @ForAll byte[] clientsTunnel,
            @ForAll byte[] serversTunnel)
            throws Socks5Exception {
        Conversation all = Conversation.of(script, cuts, up, down, clientsTunnel, serversTunnel);
        if (!script.agrees()) {
            refused(all);
            return;
        }
        assertThat(all.server.peerName()).isEqualTo(script.name());
        for (Party side : List.of(all.client, all.server)) {
            assertThat(side.turn()).isEqualTo(script.succeeds() ? Turn.DONE : Turn.FAILED);
            assertThat(side.protection().map(Protection::level).orElse(ProtectionLevel.NONE))
                    .isEqualTo(script.level());
        }
        assertThat(all.server.failure()).isNull();
        assertThat(all.server.heard())
                .hasSize(4)
                .endsWith(Buffers.hex(script.request().encode()));
        if (script.succeeds()) {
            assertThat(all.client.failure()).isNull();
            assertThat(all.client.heard())
                    .endsWith(Buffers.hex(script.lastReply().encode()));
            assertThat(all.client.tunnelled()).isEqualTo(serversTunnel);
            assertThat(all.server.tunnelled()).isEqualTo(clientsTunnel);
            assertThat(all.up.rest()).isEmpty();
            assertThat(all.down.rest()).isEmpty();
        } else {
            assertThat(all.client.failure())
                    .isInstanceOfSatisfying(
                            RequestRejectedException.class,
                            e -> assertThat(e.reply()).isEqualTo(script.lastReply()));
        }
    }

    private static void refused(Conversation all) {
        assertThat(all.server.failure()).isInstanceOf(GssapiException.class);
        assertThat(all.client.failure()).isInstanceOf(AuthenticationFailedException.class);
        for (Party side : List.of(all.client, all.server)) {
            assertThat(side.turn()).isEqualTo(Turn.FAILED);
            assertThat(side.protection()).isEmpty();
            assertThat(side.tunnelled()).isEmpty();
        }
    }

    /**
     * However a damaged stream is cut, the same comes of it, and nothing is ever thrown but a {@link Socks5Exception}.
     */
    @Property
    void theServerSeesTheSameHoweverTheStreamIsCut(
            @ForAll GssapiScript script,
            @ForAll Pieces cuts,
            @ForAll byte[] tunnel,
            @ForAll int at,
            @ForAll byte octet,
            @ForAll byte[] behind,
            @ForAll Pieces pieces) {
        byte[] stream = damaged(Conversation.of(script, cuts, WHOLE, WHOLE, tunnel, tunnel).up, at, octet, behind);
        GssapiServer server = new GssapiServer(script, cuts, tunnel);
        Outcome outcome = outcome(server, stream, pieces);
        assertThat(outcome).isEqualTo(outcome(new GssapiServer(script, cuts, tunnel), stream, WHOLE));
        nothingIsForged(server, tunnel);
    }

    @Property
    void theClientSeesTheSameHoweverTheStreamIsCut(
            @ForAll GssapiScript script,
            @ForAll Pieces cuts,
            @ForAll byte[] tunnel,
            @ForAll int at,
            @ForAll byte octet,
            @ForAll byte[] behind,
            @ForAll Pieces pieces) {
        byte[] stream = damaged(Conversation.of(script, cuts, WHOLE, WHOLE, tunnel, tunnel).down, at, octet, behind);
        GssapiClient client = new GssapiClient(script, cuts, tunnel);
        Outcome outcome = outcome(client, stream, pieces);
        assertThat(outcome).isEqualTo(outcome(new GssapiClient(script, cuts, tunnel), stream, WHOLE));
        nothingIsForged(client, tunnel);
        assertThat(client.turn() != Turn.DONE
                        || client.protection()
                                .map(Protection::level)
                                .orElse(ProtectionLevel.NONE)
                                .isAtLeast(script.asked()))
                .isTrue();
    }

    @Property
    void anyOctetsAtAll(@ForAll GssapiScript script, @ForAll byte[] octets, @ForAll Pieces pieces) {
        for (Party side : List.of(new GssapiClient(script, pieces, octets), new GssapiServer(script, pieces, octets))) {
            assertThat(outcome(side, octets, pieces).left()).isLessThanOrEqualTo(octets.length);
        }
    }

    /** Where there is protection, what comes out is the beginning of what the peer has sent. */
    private static void nothingIsForged(Party side, byte[] tunnel) {
        if (side.protection().isPresent()) {
            assertThat(Buffers.hex(ByteBuffer.wrap(tunnel))).startsWith(Buffers.hex(ByteBuffer.wrap(side.tunnelled())));
        }
    }

    private static Outcome outcome(Party side, byte[] stream, Pieces pieces) {
        Line in = new Line(pieces).write(stream);
        Line ignored = new Line(WHOLE);
        side.proceed(in.in(), ignored);
        while (!in.allArrived()) {
            in.deliver();
            side.proceed(in.in(), ignored);
        }
        return side.outcome(in);
    }

    private static byte[] damaged(Line honest, int at, byte octet, byte[] behind) {
        byte[] stream = honest.write(behind).all();
        stream[Math.floorMod(at, stream.length)] = octet;
        return stream;
    }
}
