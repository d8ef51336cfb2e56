package dev.socks5.server;

import dev.socks5.codec.PasswordRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What rules do to real requests: each condition refuses one, and lets its counterpart pass. */
@Timeout(60)
class RulesOverTheWireTest {

    private static final String ASSOCIATE = "05 03 00 01 00 00 00 00 00 00";

    private static Socks5ServerBuilder builder(AccessRules.Builder rules) {
        return Socks5Server.builder().listen("127.0.0.1", 0).accessRule(rules.build());
    }

    private static RawClient from(Socks5Server server, String host) throws IOException {
        return new RawClient(server, InetAddress.getByName(host))
                .send(RawClient.GREETING)
                .expect(RawClient.ANONYMOUS);
    }

    private static RawClient loggedIn(Socks5Server server, String user) throws IOException {
        PasswordRequest login = PasswordRequest.of(user, "secret");
        return new RawClient(server)
                .send(RawClient.LOGIN_GREETING)
                .expect(RawClient.LOGIN_SELECTED)
                .send(login.encode().array())
                .expect("01 00");
    }

    @Test
    void theUserCounts() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder(AccessRules.builder().deny("user=\"John Doe\""))
                        .authenticator(PasswordAuthenticator.of(Map.of("John Doe", "secret", "alice", "secret")))
                        .start();
                RawClient john = loggedIn(server, "John Doe");
                RawClient alice = loggedIn(server, "alice")) {
            john.send(RawClient.connect(origin.address())).expectFailure(0x02);
            alice.send(RawClient.connect(origin.address())).expectSuccess();
        }
    }

    @Test
    void theClientCounts() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server =
                        builder(AccessRules.builder().allow("client=127.0.0.2")).start();
                RawClient listed = from(server, "127.0.0.2");
                RawClient other = from(server, "127.0.0.3")) {
            listed.send(RawClient.connect(origin.address())).expectSuccess();
            other.send(RawClient.connect(origin.address())).expectFailure(0x02);
        }
    }

    @Test
    void theCommandCounts() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder(AccessRules.builder().deny("command=bind command=udp-associate"))
                        .start();
                RawClient connect = from(server, "127.0.0.1");
                RawClient bind = from(server, "127.0.0.1");
                RawClient associate = from(server, "127.0.0.1")) {
            connect.send(RawClient.connect(origin.address())).expectSuccess();
            bind.send("05 02 00 01 7f 00 00 01 00 00").expectFailure(0x02);
            associate.send(ASSOCIATE).expectFailure(0x02);
        }
    }

    @Test
    void anAssociationStandsAndEachDestinationIsJudged() throws Exception {
        try (UdpOrigin denied = new UdpOrigin("127.0.0.2");
                UdpOrigin allowed = new UdpOrigin("127.0.0.3");
                Socks5Server server = builder(AccessRules.builder().allow("127.0.0.3 command=udp-associate"))
                        .start();
                UdpClient client = new UdpClient(server)) {
            client.send(denied.address(), new byte[] {1});
            client.send(allowed.address(), new byte[] {2});
            allowed.expect(new byte[] {2});
            UdpClient.expectNothing(denied.socket());
        }
    }
}
