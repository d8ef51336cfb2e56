package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.AccessRules;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server in the process of its clients, as docs/recipes.md shows it: for tests, and with policies that change. */
@Timeout(60)
class InProcessRecipeTest {

    private static void assertEchoes(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }

    private static Socks5Client client(Socks5Server server, String password) {
        return Socks5Client.builder()
                .proxy(server.localAddresses().get(0))
                .credentials("alice", password)
                .build();
    }

    @Test
    void testsWhatGoesThroughAProxy() throws Exception {
        try (Origin origin = Origin.echo()) {
            int port = origin.port();
            // recipe: Tests of your own code
            Queue<Endpoint> asked = new ConcurrentLinkedQueue<>();
            Socks5ServerListener recorder = new Socks5ServerListener() {
                @Override
                public void requested(SessionInfo session) {
                    asked.add(session.request().destination());
                }
            };
            try (Socks5Server proxy = Socks5Server.builder()
                    .listen("127.0.0.1", 0) // the system chooses a port
                    .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                    .resolver(name -> List.of(InetAddress.getByName("127.0.0.1"))) // every name is this host
                    .accessRule(AccessRules.builder().deny("refused.test").build())
                    .listener(recorder)
                    .start()) {
                Socks5Client client = Socks5Client.builder()
                        .proxy(proxy.localAddresses().get(0))
                        .credentials("alice", "secret")
                        .build();
                try (Socket socket = client.connect("service.test", port)) { // in its place, the code to test
                    socket.getOutputStream().write('x');
                    assertThat(socket.getInputStream().read()).isEqualTo('x');
                }
                assertThat(asked).containsExactly(Endpoint.of("service.test", port));
                assertThatThrownBy(() -> client.connect("refused.test", port))
                        .isInstanceOf(RequestRejectedException.class);
            }
            // end of recipe
        }
    }

    @Test
    void changesRulesAndUsersAtRunTime() throws Exception {
        // recipe: Rules and users that change
        Socks5ServerBuilder settings = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(PasswordAuthenticator.of(Map.of("alice", "old")));
        Socks5Server server = settings.start();
        // end of recipe
        try (server;
                Origin origin = Origin.echo();
                Socket open = client(server, "old").connect("127.0.0.1", origin.port())) {
            // recipe: Rules and users that change
            settings.accessRule(AccessRules.builder().deny("127.0.0.0/8").build())
                    .authenticator(PasswordAuthenticator.of(Map.of("alice", "new")));
            server.reconfigure(settings); // all of it at once, for every decision that begins from now on
            // end of recipe
            assertThatThrownBy(() -> client(server, "old").connect("127.0.0.1", origin.port()))
                    .isInstanceOf(AuthenticationFailedException.class);
            assertThatThrownBy(() -> client(server, "new").connect("127.0.0.1", origin.port()))
                    .isInstanceOfSatisfying(
                            RequestRejectedException.class,
                            e -> assertThat(e.reply().code()).isEqualTo(ReplyCode.NOT_ALLOWED));
            assertEchoes(open); // What stands goes on.
            // recipe: Rules and users that change
            int ended = server.judgeAgain(); // those that the new rules and users would not allow
            // end of recipe
            assertThat(ended).isEqualTo(1);
            assertThatThrownBy(() -> open.getInputStream().read()).isInstanceOf(IOException.class);
            server.reconfigure(settings.accessRule(AccessRules.builder().build()));
            try (Socket again = client(server, "new").connect("127.0.0.1", origin.port())) {
                assertEchoes(again);
            }
        }
    }
}
