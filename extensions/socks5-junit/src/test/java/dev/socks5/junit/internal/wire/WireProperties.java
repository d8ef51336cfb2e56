package dev.socks5.junit.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Address;
import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordResponse;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What a client gets does not depend on the pieces in which the server has written it. */
class WireProperties {

    /** All that a server says to one client. */
    record Said(boolean login, boolean bind, List<Reply> replies, ByteBuffer tunnel) {

        byte[] handshake() {
            ByteBuffer bytes = ByteBuffer.allocate(1024);
            bytes.put(
                    new MethodSelection(login ? AuthMethod.USERNAME_PASSWORD : AuthMethod.NO_AUTHENTICATION).encode());
            if (login) {
                bytes.put(PasswordResponse.SUCCESS.encode());
            }
            replies.forEach(reply -> bytes.put(reply.encode()));
            return Arrays.copyOf(bytes.array(), bytes.position());
        }

        byte[] all() {
            ByteBuffer all = ByteBuffer.allocate(handshake().length + tunnel.remaining());
            return all.put(handshake()).put(tunnel.duplicate()).array();
        }

        Said bound(Endpoint bound) {
            List<Reply> others = replies.stream()
                    .map(reply -> new Reply(reply.code(), bound))
                    .toList();
            return new Said(login, bind, others, tunnel);
        }
    }

    @Provide
    Arbitrary<Said> said() {
        Arbitrary<Reply> reply = Combinators.combine(
                        Arbitraries.of("1.2.3.4", "::1", "a.test"),
                        Arbitraries.integers().between(0, 65535))
                .as((host, port) -> Reply.success(new Endpoint(Address.parse(host), port)));
        return Arbitraries.of(true, false)
                .flatMap(bind -> Combinators.combine(
                                Arbitraries.of(true, false),
                                reply.list().ofSize(bind ? 2 : 1),
                                Arbitraries.bytes().array(byte[].class).ofMaxSize(40))
                        .as((login, replies, tunnel) -> new Said(login, bind, replies, ByteBuffer.wrap(tunnel))));
    }

    /** Has it said in pieces, and returns what the client gets. */
    private static byte[] heard(Said said, Script script, List<Integer> pieces) throws IOException {
        return heard(said, new FakeAttendance(script, said.bind()), pieces);
    }

    private static byte[] heard(Said said, FakeAttendance attendance, List<Integer> pieces) throws IOException {
        ByteArrayOutputStream client = new ByteArrayOutputStream();
        say(said, attendance, pieces, client);
        return client.toByteArray();
    }

    private static void say(Said said, FakeAttendance attendance, List<Integer> pieces, OutputStream client)
            throws IOException {
        Speech speech = new Speech(attendance, new Outlet(client, attendance, pause -> true));
        ByteBuffer all = ByteBuffer.wrap(said.all());
        for (int i = 0; all.hasRemaining(); i++) {
            byte[] piece = new byte[Math.min(pieces.get(i % pieces.size()), all.remaining())];
            all.get(piece);
            if (!speech.take(ByteBuffer.wrap(piece))) {
                break;
            }
        }
    }

    @Property(tries = 100)
    void withoutAScriptAllGoesThrough(
            @ForAll("said") Said said, @ForAll @Size(min = 1) List<@IntRange(min = 1, max = 30) Integer> pieces)
            throws IOException {
        assertThat(heard(said, Script.NONE, pieces)).isEqualTo(said.all());
    }

    @Property(tries = 100)
    void everyReplyHasTheOtherAddressAndNothingElseChanges(
            @ForAll("said") Said said, @ForAll @Size(min = 1) List<@IntRange(min = 1, max = 30) Integer> pieces)
            throws IOException {
        Endpoint other = Endpoint.of("other.test", 7);
        assertThat(heard(said, Script.bound(other), pieces))
                .isEqualTo(said.bound(other).all());
    }

    @Property(tries = 100)
    void anEndingLeavesTheBytesBeforeIt(
            @ForAll("said") Said said,
            @ForAll @Size(min = 1) List<@IntRange(min = 1, max = 30) Integer> pieces,
            @ForAll @IntRange(min = 1, max = 60) int after,
            @ForAll boolean inTunnel,
            @ForAll boolean singly)
            throws IOException {
        Script ending = Script.ending(new Script.Ending(Script.End.CUT, after, inTunnel));
        Script script = singly ? ending.and(Script.pace(Duration.ZERO)) : ending;
        int end = inTunnel ? said.handshake().length + after : after;
        byte[] all = said.all();
        assertThat(heard(said, script, pieces)).isEqualTo(Arrays.copyOf(all, Math.min(all.length, end)));
    }

    @Property(tries = 100)
    void singleBytesAreWrittenOneByOne(
            @ForAll("said") Said said, @ForAll @Size(min = 1) List<@IntRange(min = 1, max = 30) Integer> pieces)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<Integer> writes = new ArrayList<>();
        OutputStream client = new FilterOutputStream(bytes) {
            @Override
            public void write(byte[] written, int from, int count) throws IOException {
                writes.add(count);
                super.write(written, from, count);
            }
        };
        say(said, new FakeAttendance(Script.pace(Duration.ZERO), said.bind()), pieces, client);
        assertThat(bytes.toByteArray()).isEqualTo(said.all());
        assertThat(writes).containsOnly(1);
    }

    @Property(tries = 100)
    void aRefusalHasTheCodeOfTheScript(@ForAll @IntRange(min = 1, max = 255) int code) throws IOException {
        FakeAttendance attendance = new FakeAttendance(Script.code(ReplyCode.of(code)), false);
        Said said = new Said(false, false, List.of(Reply.failure(ReplyCode.NOT_ALLOWED)), ByteBuffer.allocate(0));
        byte[] heard = heard(said, attendance, List.of(3));
        assertThat(heard[3] & 0xFF).isEqualTo(code);
        assertThat(attendance.replies).containsExactly(ReplyCode.of(code));
        assertThat(attendance.met).containsExactly(Script.Part.CODE);
    }

    /** The bytes of methods that are not known here are left alone, and so is what is no SOCKS5. */
    @Property(tries = 100)
    void whatIsNotKnownGoesThrough(
            @ForAll @Size(min = 2, max = 60) List<Byte> bytes, @ForAll @IntRange(min = 1, max = 9) int piece)
            throws IOException {
        byte[] said = new byte[bytes.size()];
        for (int i = 0; i < said.length; i++) {
            said[i] = bytes.get(i);
        }
        said[1] = (byte) 0x80;
        FakeAttendance attendance = new FakeAttendance(Script.bound(Endpoint.UNSPECIFIED), false);
        ByteArrayOutputStream client = new ByteArrayOutputStream();
        Speech speech = new Speech(attendance, new Outlet(client, attendance, pause -> true));
        for (int from = 0; from < said.length; from += piece) {
            speech.take(ByteBuffer.wrap(Arrays.copyOfRange(said, from, Math.min(said.length, from + piece))));
        }
        assertThat(client.toByteArray()).isEqualTo(said);
    }

    @Property(tries = 100)
    void scriptsJoinInAnyOrder(@ForAll @Size(max = 6) List<@IntRange(min = 0, max = 5) Integer> order) {
        List<Script> parts = List.of(
                Script.code(ReplyCode.TTL_EXPIRED),
                Script.LOGIN_REFUSED,
                Script.bound(Endpoint.UNSPECIFIED),
                Script.answer(ByteBuffer.allocate(3)),
                Script.pace(Duration.ZERO),
                Script.ending(new Script.Ending(Script.End.STALL, 1, false)));
        List<Integer> chosen = order.stream().distinct().toList();
        Script joined = chosen.stream().map(parts::get).reduce(Script.NONE, Script::and);
        Script sorted = chosen.stream().sorted().map(parts::get).reduce(Script.NONE, Script::and);
        assertThat(joined).isEqualTo(sorted);
        assertThat(joined.parts())
                .isEqualTo(Stream.concat(Stream.of(Script.NONE), chosen.stream().map(parts::get))
                        .flatMap(script -> script.parts().stream())
                        .collect(Collectors.toSet()));
    }
}
