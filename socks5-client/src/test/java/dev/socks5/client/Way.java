package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.ExecutionException;

/** The ways to have a connection of a client. */
enum Way {
    CONNECT {
        @Override
        Closeable open(Socks5Client client, Endpoint destination) throws IOException {
            return client.connect(destination);
        }
    },
    CHANNEL {
        @Override
        Closeable open(Socks5Client client, Endpoint destination) throws IOException {
            return client.openChannel(destination);
        }
    },
    ASYNC {
        @Override
        Closeable open(Socks5Client client, Endpoint destination) throws Exception {
            try {
                return client.connectAsync(destination).get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception exception ? exception : e;
            }
        }
    },
    FACTORY {
        @Override
        Closeable open(Socks5Client client, Endpoint destination) throws IOException {
            Socket socket = client.socketFactory().createSocket();
            socket.connect(destination.toInetSocketAddress());
            return socket;
        }
    };

    abstract Closeable open(Socks5Client client, Endpoint destination) throws Exception;
}
