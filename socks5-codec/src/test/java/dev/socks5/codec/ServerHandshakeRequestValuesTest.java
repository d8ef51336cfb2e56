package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server that hears every value of every byte of a request, and gives every reply. */
class ServerHandshakeRequestValuesTest {

    private final Cases cases = new Cases();

    @Test
    void everyCommandWithEveryAddressType() {
        for (int type : Octets.all()) {
            boolean known = type == 0x01 || type == 0x03 || type == 0x04;
            for (int command : Octets.allIf(known)) {
                ServerHandshake server = waiting();
                String expected = known ? "SEND" : "SEND MalformedMessageException 8";
                cases.expect(expected, Cases.hear(server, request(0x05, command, 0x00, type)), command, type);
                refuses(server, Reply.success(Endpoint.UNSPECIFIED), !known);
            }
        }
        assertThat(cases.count()).isEqualTo(3 * 256 + 253 * 7);
    }

    /** What is malformed can be refused only. */
    private static void refuses(ServerHandshake server, Reply reply, boolean refuses) {
        try {
            server.send(reply);
            Cases.same(false, refuses, reply);
        } catch (IllegalArgumentException e) {
            Cases.same(true, refuses, reply);
            Cases.same(Turn.SEND, server.turn(), reply);
        }
    }

    @Test
    void everyVersionAndReservedByteOfARequest() {
        for (int version : Octets.all()) {
            for (int reserved : Octets.allIf(version == 0x05)) {
                String expected = version == 0x05 ? "SEND" : "SEND MalformedMessageException 1";
                cases.expect(
                        expected, Cases.hear(waiting(), request(version, 0x01, reserved, 0x01)), version, reserved);
            }
        }
        assertThat(cases.count()).isEqualTo(256 + 255 * 7);
    }

    @Test
    void everyLengthOfAName() {
        for (int length : Octets.all()) {
            int[] request = Arrays.copyOf(request(0x05, 0x01, 0x00, 0x03), 7 + length);
            request[4] = length;
            for (int cut = 0; cut < request.length; cut++) {
                boolean proven = length == 0 && cut >= 5; // RFC 1928 has no name of no bytes
                String expected = proven ? "SEND MalformedMessageException 1" : "waits";
                cases.expect(expected, Cases.hear(waiting(), Arrays.copyOf(request, cut)), length, cut);
            }
            String expected = length == 0 ? "SEND MalformedMessageException 1" : "SEND";
            cases.expect(expected, Cases.hear(waiting(), request), length);
        }
        assertThat(cases.count()).isEqualTo(34_688);
    }

    private static int[] request(int version, int command, int reserved, int type) {
        int[] request = new int[type == 0x04 ? 22 : 10];
        request[0] = version;
        request[1] = command;
        request[2] = reserved;
        request[3] = type;
        request[4] = 3;
        return request;
    }

    @Test
    void everyReplyToEveryCommand() {
        for (int command : Octets.all()) {
            for (int code : Octets.allIf(command <= 0x03)) {
                for (String host : List.of("192.0.2.1", "2001:db8::1", "a")) {
                    ServerHandshake server = waiting();
                    Cases.hear(server, request(0x05, command, 0x00, 0x01));
                    String expected = code != 0x00 ? "FAILED" : command == 0x02 ? "SEND" : "DONE";
                    cases.expect(expected, reply(server, code, host), command, code, host);
                }
            }
        }
        assertThat(cases.count()).isEqualTo(3 * (4 * 256 + 252 * 7));
    }

    @Test
    void everySecondReplyAndEveryReplyToNonsense() {
        for (int code : Octets.all()) {
            for (String host : List.of("192.0.2.1", "2001:db8::1", "a")) {
                ServerHandshake server = waiting();
                Cases.hear(server, request(0x05, 0x02, 0x00, 0x01));
                reply(server, 0x00, host);
                cases.expect(code == 0x00 ? "DONE" : "FAILED", reply(server, code, host), code, host);
                server = waiting();
                Cases.hear(server, 0x04);
                cases.expect(
                        code == 0x00 ? "IllegalArgumentException" : "FAILED", reply(server, code, host), code, host);
            }
        }
        assertThat(cases.count()).isEqualTo(2 * 3 * 256);
    }

    private static String reply(ServerHandshake server, int code, String host) {
        Reply reply = new Reply(ReplyCode.of(code), Endpoint.of(host, 80));
        try {
            Cases.same(reply.encode(), server.send(reply), reply);
            return "" + server.turn();
        } catch (IllegalArgumentException e) {
            return e.getClass().getSimpleName();
        }
    }

    /** A server that waits for the request. */
    private static ServerHandshake waiting() {
        ServerHandshake server = new ServerHandshake();
        Cases.hear(server, 0x05, 1, 0x00);
        server.select(ServerNegotiation.noAuthentication());
        return server;
    }
}
