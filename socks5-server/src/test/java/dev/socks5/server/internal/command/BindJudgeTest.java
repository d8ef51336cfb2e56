package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.CloseReason;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Verdict;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** BIND for anybody, with a rule that takes its time to judge who comes. */
@Timeout(60)
class BindJudgeTest {

    private static final String FROM_ANYWHERE = "05 02 00 01 00 00 00 00 00 00";

    private final Recorder events = new Recorder();
    private final BlockingQueue<Endpoint> judged = new LinkedBlockingQueue<>();
    private final BlockingQueue<Verdict> verdicts = new LinkedBlockingQueue<>();

    private Socks5Server start() throws IOException {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .listener(events)
                .accessRule(request -> {
                    Endpoint peer = request.destination();
                    if (peer.equals(Endpoint.UNSPECIFIED)) {
                        return Verdict.allow("anybody");
                    }
                    judged.add(peer);
                    try {
                        return verdicts.take();
                    } catch (InterruptedException e) {
                        return Verdict.deny("interrupted");
                    }
                })
                .start();
    }

    private static Socket connect(String from, InetSocketAddress to) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
        socket.connect(to, RawClient.PATIENCE_MILLIS);
        return socket;
    }

    private void assertJudged(Socket peer) throws InterruptedException {
        assertThat(judged.poll(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                .isEqualTo(Endpoint.of((InetSocketAddress) peer.getLocalSocketAddress()));
    }

    private static void expectDropped(Socket peer) throws IOException {
        try {
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException e) {
            // A reset will do.
        }
    }

    @Test
    void peersAreJudgedOneAfterTheOther() throws Exception {
        try (Socks5Server server = start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(FROM_ANYWHERE);
            InetSocketAddress bound = client.readReply();
            try (Socket first = connect("127.0.0.2", bound);
                    Socket second = connect("127.0.0.3", bound);
                    Socket third = connect("127.0.0.4", bound)) {
                assertJudged(first);
                verdicts.add(Verdict.deny("not this one"));
                expectDropped(first);
                assertJudged(second);
                verdicts.add(Verdict.allow("this one"));
                assertThat(client.readReply()).isEqualTo(second.getLocalSocketAddress());
                expectDropped(third);
                second.getOutputStream().write('.');
                assertThat(client.read(1)).isEqualTo(new byte[] {'.'});
                assertThat(judged).isEmpty();
            }
        }
    }

    @Test
    void aPeerThatIsBeingJudgedGoesWithTheClient() throws Exception {
        try (Socks5Server server = start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(FROM_ANYWHERE);
            try (Socket peer = connect("127.0.0.2", client.readReply())) {
                assertJudged(peer);
                client.close();
                assertThat(events.ending().reason()).isEqualTo(CloseReason.CLIENT_LEFT);
                expectDropped(peer);
                verdicts.add(Verdict.allow("too late"));
            }
        }
    }

    /** Nobody knows yet from where a peer will come: it listens where the client has reached the server. */
    @Test
    void itListensWhereTheClientHasReachedTheServer() throws Exception {
        try (Socks5Server server = Socks5Server.builder()
                        .listen("0.0.0.0", 0)
                        .allowAnonymous()
                        .accessRule(request -> Verdict.allow("everything"))
                        .start();
                RawClient client = new RawClient(new InetSocketAddress(
                        "127.0.0.3", server.localAddresses().get(0).getPort()))) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(FROM_ANYWHERE);
            assertThat(client.readReply().getAddress().getHostAddress()).isEqualTo("127.0.0.3");
        }
    }
}
