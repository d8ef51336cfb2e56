package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.testing.Authority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Eclipse Paho as docs/recipes.md shows it, with a Mosquitto behind TLS. */
@Timeout(60)
class MqttRecipeTest {

    private static final Authority AUTHORITY = new Authority();

    private static Daemon broker;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        Path keys = Authority.write(
                AUTHORITY.issue("broker", OurServer.NAME, "localhost"), directory.resolve("broker.pem"));
        broker = Daemon.start(port -> {
            Path config = Files.write(
                    directory.resolve("mosquitto.conf"),
                    List.of(
                            "listener " + port + " 127.0.0.1",
                            "certfile " + keys,
                            "keyfile " + keys,
                            "allow_anonymous true",
                            "persistence false",
                            "user " + System.getProperty("user.name")));
            return Program.MOSQUITTO.with("-c", config.toString());
        });
    }

    @AfterAll
    static void stop() throws IOException {
        Daemon.stop(broker);
    }

    private static int port() {
        return broker.address().getPort();
    }

    private static MqttClient recipe(Socks5Client client, SSLContext context, String host, int port)
            throws MqttException {
        // recipe: MQTT
        MqttConnectOptions options = new MqttConnectOptions();
        options.setSocketFactory(client.sslSocketFactory(context.getSocketFactory()));
        MqttClient mqtt = new MqttClient("ssl://" + host + ":" + port, "thermometer", new MemoryPersistence());
        mqtt.connect(options);
        // end of recipe
        return mqtt;
    }

    private static void talk(Socks5Client client, String host) throws Exception {
        MqttClient mqtt = recipe(client, AUTHORITY.context(), host, port());
        try {
            BlockingQueue<MqttMessage> messages = new LinkedBlockingQueue<>();
            mqtt.subscribe("kitchen", (topic, message) -> messages.add(message));
            mqtt.publish("kitchen", new MqttMessage(new byte[] {21}));
            MqttMessage message = messages.poll(20, TimeUnit.SECONDS);
            assertThat(message).isNotNull();
            assertThat(message.getPayload()).containsExactly(21);
        } finally {
            mqtt.disconnect();
            mqtt.close();
        }
    }

    private static Socks5Client client(OurServer server, String password) {
        return Socks5Client.builder()
                .proxy(server.address())
                .credentials(OurServer.USER, password)
                .build();
    }

    @Test
    void talksThroughTheProxy() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            talk(client(server, OurServer.PASSWORD), OurServer.NAME);
            assertThat(server.destinations()).containsExactly(Endpoint.of(OurServer.NAME, port()));
            assertThat(server.users()).containsExactly(OurServer.USER);
        }
    }

    /** It is looked up here, but the certificate is for another name. */
    @Test
    void anotherHostsCertificateIsRefused() throws Exception {
        try (OurServer server = OurServer.open()) {
            Socks5Client client = Socks5Client.builder().proxy(server.address()).build();
            assertThatThrownBy(() -> recipe(client, AUTHORITY.context(), "127.0.0.1", port()))
                    .isInstanceOf(MqttException.class)
                    .hasRootCauseInstanceOf(CertificateException.class);
            assertThat(server.destinations()).isNotEmpty().containsOnly(Endpoint.of("127.0.0.1", port()));
        }
    }

    @Test
    void doesNotGoDirectIfTheProxyRefuses() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            assertThatThrownBy(() -> recipe(client(server, "wrong"), AUTHORITY.context(), "localhost", port()))
                    .hasRootCauseInstanceOf(AuthenticationFailedException.class);
        }
    }

    @Test
    void theTableSaysWhatTheProxyIsAskedFor() throws Exception {
        LibraryTable.check("Eclipse Paho", MqttClient.class, way -> talk(way.client(), way.host()));
    }
}
