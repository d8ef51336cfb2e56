package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ListAddressResolver;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RabbitMQ's client: it asks a connected socket for its address. */
@Timeout(60)
class RabbitMqTest {

    private static void connect(LibraryTable.Way way, int port, boolean resolves) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setSocketFactory(way.client().socketFactory());
        factory.setHost(way.host());
        factory.setPort(port);
        factory.setAutomaticRecoveryEnabled(false);
        try (Connection connection = resolves ? factory.newConnection() : recipe(factory, way.host(), port)) {
            assertThat(connection.isOpen()).isTrue();
            assertThat(connection.toString()).startsWith("amqp://");
        }
    }

    private static Connection recipe(ConnectionFactory factory, String host, int port) throws Exception {
        // recipe: RabbitMQ
        Connection connection = factory.newConnection(new ListAddressResolver(List.of(new Address(host, port))));
        // end of recipe
        return connection;
    }

    @Test
    void connects() throws Exception {
        try (FakeBroker broker = FakeBroker.open()) {
            LibraryTable.check("RabbitMQ", ConnectionFactory.class, way -> connect(way, broker.port(), true));
        }
    }

    @Test
    void connectsAsTheRecipeHasIt() throws Exception {
        try (FakeBroker broker = FakeBroker.open()) {
            LibraryTable.check(
                    "RabbitMQ, with the recipe", ConnectionFactory.class, way -> connect(way, broker.port(), false));
        }
    }
}
