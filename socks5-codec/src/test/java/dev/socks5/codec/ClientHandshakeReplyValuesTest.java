package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client that hears every value of every byte of a reply. */
class ClientHandshakeReplyValuesTest {

    private static final String MALFORMED = "MalformedMessageException";

    private final Cases cases = new Cases();

    @Test
    void everyCodeWithEveryAddressType() throws Socks5Exception {
        for (Command command : List.of(Command.CONNECT, Command.BIND, Command.UDP_ASSOCIATE)) {
            String next = command.equals(Command.BIND) ? "RECEIVE" : "DONE";
            for (int type : Octets.all()) {
                boolean known = type == 0x01 || type == 0x03 || type == 0x04;
                for (int code : Octets.allIf(known)) {
                    String expected = code != 0x00 ? "RequestRejectedException" : known ? next : MALFORMED;
                    ClientHandshake client = requested(command);
                    cases.expect(expected, Cases.hear(client, reply(0x05, code, 0x00, type)), command, code, type);
                    Cases.same(known ? code : -1, heardCode(client), command, code, type);
                }
            }
        }
        assertThat(cases.count()).isEqualTo(3 * (3 * 256 + 253 * 7));
    }

    private static int heardCode(ClientHandshake client) {
        return client.reply().map(reply -> reply.code().code()).orElse(-1);
    }

    /** Ten bytes of IPv4, 22 of IPv6, ten with a name of three bytes, and as if of a name for every other type. */
    private static int[] reply(int version, int code, int reserved, int type) {
        int[] reply = new int[type == 0x04 ? 22 : 10];
        reply[0] = version;
        reply[1] = code;
        reply[2] = reserved;
        reply[3] = type;
        reply[4] = type == 0x04 ? 0x20 : 3;
        return reply;
    }

    private static ClientHandshake requested(Command command) throws Socks5Exception {
        ClientHandshake client = new ClientHandshake(new Request(command, Talk.DESTINATION));
        client.send();
        client.receive(Buffers.of("0500"));
        client.send();
        return client;
    }

    @Test
    void everyVersionOfAReply() throws Socks5Exception {
        for (int version : Octets.all()) {
            for (int code : Octets.allIf(version == 0x05)) {
                String right = code == 0x00 ? "DONE" : "RequestRejectedException";
                ClientHandshake client = requested(Command.CONNECT);
                int[] reply = reply(version, code, 0x00, 0x01);
                cases.expect(version == 0x05 ? right : MALFORMED, Cases.hear(client, reply), version, code);
            }
        }
        assertThat(cases.count()).isEqualTo(256 + 255 * 7);
    }

    @Test
    void everyReservedByteAndLengthOfAName() throws Socks5Exception {
        for (int reserved : Octets.all()) {
            cases.expect("DONE", Cases.hear(requested(Command.CONNECT), reply(0x05, 0x00, reserved, 0x01)), reserved);
        }
        for (int length : Octets.all()) {
            int[] reply = Arrays.copyOf(reply(0x05, 0x00, 0x00, 0x03), 7 + length);
            reply[4] = length;
            Arrays.fill(reply, 5, 5 + length, 'n');
            ClientHandshake client = requested(Command.CONNECT);
            cases.expect("DONE", Cases.hear(client, reply), length);
            String name = length == 0 ? "0.0.0.0" : "n".repeat(length);
            Cases.same(name, client.reply().orElseThrow().bound().address().toString(), length);
        }
        assertThat(cases.count()).isEqualTo(2 * 256);
    }

    /** The connection ends behind each prefix of each reply. */
    @Test
    void everyEndOfEveryReply() throws Socks5Exception {
        for (int type : new int[] {0x01, 0x03, 0x04}) {
            for (int code : Octets.all()) {
                int[] reply = reply(0x05, code, 0x00, type);
                for (int length = 0; length < reply.length; length++) {
                    ClientHandshake client = requested(Command.CONNECT);
                    ByteBuffer in = Octets.buffer(Arrays.copyOf(reply, length));
                    Cases.same("false", "" + client.receive(in), type, code, length);
                    String expected = length >= 2 && code != 0x00 ? "RequestRejectedException" : MALFORMED;
                    cases.expect(expected, client.closed(in).getClass().getSimpleName(), type, code, length);
                }
            }
        }
        assertThat(cases.count()).isEqualTo((10 + 10 + 22) * 256);
    }
}
