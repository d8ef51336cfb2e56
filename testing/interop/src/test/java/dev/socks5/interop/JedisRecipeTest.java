package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** Jedis as docs/recipes.md shows it, with a real Redis. */
@Timeout(60)
class JedisRecipeTest {

    private static final String REDIS_PASSWORD = "of-redis";

    @TempDir
    private static Path directory;

    private static Daemon redis;

    @BeforeAll
    static void start() throws Exception {
        redis = Daemon.start(port -> Program.REDIS.with(
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--requirepass",
                REDIS_PASSWORD,
                "--dir",
                directory.toString(),
                "--save",
                ""));
    }

    @AfterAll
    static void stop() throws IOException {
        Daemon.stop(redis);
    }

    private static RedisClient recipe(Socks5Client client, String host, int port, JedisClientConfig config) {
        // recipe: Jedis
        JedisSocketFactory sockets = () -> {
            try {
                Socket socket = client.connect(host, port);
                socket.setSoTimeout(config.getSocketTimeoutMillis());
                return socket;
            } catch (IOException e) {
                throw new JedisConnectionException(e);
            }
        };
        RedisClient redis = RedisClient.builder()
                .connectionProvider(new PooledConnectionProvider(new ConnectionFactory(sockets, config)))
                .build();
        // end of recipe
        return redis;
    }

    private static RedisClient through(OurServer server, String password) {
        Socks5Client client = Socks5Client.builder()
                .proxy(server.address())
                .credentials(OurServer.USER, password)
                .build();
        JedisClientConfig config =
                DefaultJedisClientConfig.builder().password(REDIS_PASSWORD).build();
        return recipe(client, OurServer.NAME, redis.address().getPort(), config);
    }

    @Test
    void leavesTheNameToTheProxy() throws Exception {
        try (OurServer server = OurServer.withLogin();
                RedisClient jedis = through(server, OurServer.PASSWORD)) {
            jedis.set("name", "value");
            assertThat(jedis.get("name")).isEqualTo("value");
            assertThat(server.destinations())
                    .containsExactly(Endpoint.of(OurServer.NAME, redis.address().getPort()));
        }
    }

    @Test
    void eachInstanceHasItsOwnLogin() throws Exception {
        try (OurServer server = OurServer.withLogin();
                RedisClient wrong = through(server, "wrong");
                RedisClient right = through(server, OurServer.PASSWORD)) {
            assertThatThrownBy(wrong::ping).hasRootCauseInstanceOf(AuthenticationFailedException.class);
            assertThat(right.ping()).isEqualTo("PONG");
            assertThatThrownBy(wrong::ping).hasRootCauseInstanceOf(AuthenticationFailedException.class);
        }
    }

    @Test
    void theTableSaysWhatTheProxyIsAskedFor() throws Exception {
        JedisClientConfig config =
                DefaultJedisClientConfig.builder().password(REDIS_PASSWORD).build();
        LibraryTable.check("Jedis", RedisClient.class, way -> {
            try (RedisClient client =
                    recipe(way.client(), way.host(), redis.address().getPort(), config)) {
                assertThat(client.ping()).isEqualTo("PONG");
            }
        });
    }
}
