package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.Connector;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Recorder;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ends while the associations with upstreams are being made. */
@Timeout(60)
class UpstreamAssociationsTest {

    private static final String ASSOCIATE = "05 03 00 01 00 00 00 00 00 00";

    @Test
    void oneThatEndsBeforeTheNextIsThereIsAFailureLikeAnyOther() throws Exception {
        Recorder events = new Recorder();
        try (RawUpstream first = new RawUpstream();
                RawUpstream second = new RawUpstream();
                Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .connector(Connector.always(Route.through(first.upstream(), second.upstream())))
                        .listener(events)
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(ASSOCIATE);
            first.acceptRequest(ASSOCIATE).send("05 00 00 01 7f 00 00 01 00 09");
            Socket association = first.socket();
            first.accept().expect(RawClient.GREETING); // for the way to the second
            association.close();
            client.expectFailure(0x01);
            first.expectEnd();
            assertThat(events.until("requestFailed").toString()).contains("upstream 1 of 2");
        }
    }
}
