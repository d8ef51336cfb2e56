package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.socks5.codec.Endpoint;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The MongoDB driver's own SOCKS5 with our server: it takes no sockets from elsewhere, and needs none. There is no
 * MongoDB here, so this goes as far as the driver's first message.
 */
@Timeout(60)
class MongoRecipeTest {

    private static final int LIMIT_MILLIS = 20_000;

    @Test
    void logsInAndLeavesTheNameToTheProxy() throws Exception {
        try (OurServer server = OurServer.withLogin();
                ServerSocket database = new ServerSocket(0, 50, Loopback.V4)) {
            database.setSoTimeout(LIMIT_MILLIS);
            InetSocketAddress proxy = server.address();
            // As docs/recipes.md has it.
            String uri = "mongodb://%s:%d/?proxyHost=%s&proxyPort=%d&proxyUsername=%s&proxyPassword=%s"
                    .formatted(
                            OurServer.NAME,
                            database.getLocalPort(),
                            proxy.getHostString(),
                            proxy.getPort(),
                            OurServer.USER,
                            OurServer.PASSWORD);
            try (MongoClient client = MongoClients.create(uri);
                    Socket connection = database.accept()) {
                connection.setSoTimeout(LIMIT_MILLIS);
                assertThat(connection.getInputStream().read()).isNotNegative();
                assertThat(server.destinations()).containsOnly(Endpoint.of(OurServer.NAME, database.getLocalPort()));
            }
        }
    }

    @Test
    void theTableSaysWhatTheProxyIsAskedFor() throws Exception {
        try (ServerSocket database = new ServerSocket(0, 50, Loopback.V4)) {
            database.setSoTimeout(LIMIT_MILLIS);
            LibraryTable.check("MongoDB driver", MongoClients.class, way -> {
                String uri = "mongodb://%s:%d/?proxyHost=127.0.0.1&proxyPort=%d"
                        .formatted(
                                way.host(),
                                database.getLocalPort(),
                                way.server().port());
                try (MongoClient client = MongoClients.create(uri);
                        Socket connection = database.accept()) {
                    connection.setSoTimeout(LIMIT_MILLIS);
                    assertThat(connection.getInputStream().read()).isNotNegative();
                }
            });
        }
    }
}
