package dev.socks5.interop;

import com.rabbitmq.client.LongString;
import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.LongStringHelper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;

/** As much of RabbitMQ as it takes to open a connection and close it (AMQP 0-9-1 section 2.2.4). */
final class FakeBroker implements AutoCloseable {

    private static final int PROTOCOL_HEADER = 8;
    private static final int CONTROL = 0;
    private static final int LONGEST_FRAME = 0xFFFF;

    private final ServerSocket listener = new ServerSocket(0, 50, Loopback.V4);

    private FakeBroker() throws IOException {
        Thread thread = new Thread(this::serve, "fake broker");
        thread.setDaemon(true);
        thread.start();
    }

    static FakeBroker open() throws IOException {
        return new FakeBroker();
    }

    int port() {
        return listener.getLocalPort();
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (Socket connection = listener.accept()) {
                talk(
                        new DataInputStream(connection.getInputStream()),
                        new DataOutputStream(connection.getOutputStream()));
            } catch (IOException e) {
                // Of this connection; the test looks at the client's side.
            }
        }
    }

    private static void talk(DataInputStream in, DataOutputStream out) throws IOException {
        in.readFully(new byte[PROTOCOL_HEADER]);
        LongString mechanisms = LongStringHelper.asLongString("PLAIN");
        LongString locales = LongStringHelper.asLongString("en_US");
        send(out, new AMQImpl.Connection.Start(0, 9, Map.of(), mechanisms, locales));
        Frame.readFrom(in, LONGEST_FRAME); // Start-Ok
        send(out, new AMQImpl.Connection.Tune(0, 0, 0));
        Frame.readFrom(in, LONGEST_FRAME); // Tune-Ok
        Frame.readFrom(in, LONGEST_FRAME); // Open
        send(out, new AMQImpl.Connection.OpenOk(""));
        Frame.readFrom(in, LONGEST_FRAME); // Close
        send(out, new AMQImpl.Connection.CloseOk());
    }

    private static void send(DataOutputStream out, com.rabbitmq.client.impl.Method method) throws IOException {
        method.toFrame(CONTROL).writeTo(out);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
