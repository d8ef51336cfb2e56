package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A proxy on the loopback address that does to one connection what its script says, and keeps what it received. */
final class ScriptedProxy implements AutoCloseable {

    static final String NO_AUTHENTICATION = "05 00";
    static final String LOGIN_SELECTED = "05 02";
    static final String LOGIN_ACCEPTED = "01 00";
    static final String SUCCESS = "05 00 00 01 c6 33 64 07 04 38";

    /** Far beyond what anything here takes. */
    private static final int LIMIT_SECONDS = 15;

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    /** What the proxy does with its connection, which is closed at the end. */
    @FunctionalInterface
    interface Script {
        void play(Client client) throws Exception;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    private final CompletableFuture<String> received = new CompletableFuture<>();

    ScriptedProxy(Script script) throws IOException {
        Thread thread = new Thread(() -> serve(script), "scripted proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** A proxy that lets everybody in, opens a tunnel and goes on with a script. */
    static ScriptedProxy tunnel(Script script) throws IOException {
        return new ScriptedProxy(client -> {
            client.acceptTunnel();
            script.play(client);
        });
    }

    private void serve(Script script) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (Socket socket = listener.accept()) {
            socket.setSoTimeout(LIMIT_SECONDS * 1000);
            socket.setTcpNoDelay(true);
            script.play(new Client(socket, octets));
        } catch (Throwable e) {
            received.completeExceptionally(e);
        }
        received.complete(HEX.formatHex(octets.toByteArray())); // Now that the connection is closed.
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    Socks5ClientBuilder clientBuilder() {
        return Socks5Client.builder().proxy(address()).connectTimeout(Duration.ofSeconds(LIMIT_SECONDS));
    }

    Socks5Client client() {
        return clientBuilder().build();
    }

    /** Waits for the end of the script; fails if that failed. */
    String received() throws Exception {
        return received.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Whether nobody has connected so far. */
    boolean isUntouched() {
        return !received.isDone();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** The connection, from the proxy's side; all octets in hexadecimal. */
    static final class Client {

        private final Socket socket;
        private final ByteArrayOutputStream octets;

        private Client(Socket socket, ByteArrayOutputStream octets) {
            this.socket = socket;
            this.octets = octets;
        }

        Socket socket() {
            return socket;
        }

        /** The same connection by a socket that is layered over it. */
        Client over(Socket layered) {
            return new Client(layered, octets);
        }

        void acceptTunnel() throws IOException {
            greet(NO_AUTHENTICATION);
            readRequest();
            send(SUCCESS);
        }

        /** Reads the greeting and answers it. */
        void greet(String answer) throws IOException {
            read(2);
            read(octets.toByteArray()[octets.size() - 1] & 0xFF);
            send(answer);
        }

        String readLogin() throws IOException {
            StringBuilder login = new StringBuilder(read(1));
            for (int field = 0; field < 2; field++) {
                String length = read(1);
                login.append(' ').append(length).append(' ').append(read(HexFormat.fromHexDigits(length)));
            }
            return login.toString();
        }

        String readRequest() throws IOException {
            String head = read(5);
            int first = HexFormat.fromHexDigits(head.substring(12));
            return head
                    + ' '
                    + switch (head.substring(9, 11)) {
                        case "01" -> read(3 + 2);
                        case "04" -> read(15 + 2);
                        default -> read(first + 2);
                    };
        }

        void expect(String hex) throws IOException {
            assertThat(read((hex.length() + 1) / 3)).isEqualTo(hex);
        }

        String read(int count) throws IOException {
            byte[] next = socket.getInputStream().readNBytes(count);
            octets.writeBytes(next);
            if (next.length < count) {
                throw new EOFException("the client closed after " + octets.size() + " octets");
            }
            return HEX.formatHex(next);
        }

        void send(String hex) throws IOException {
            send(HEX.parseHex(hex));
        }

        void send(byte[] message) throws IOException {
            socket.getOutputStream().write(message);
        }

        void sendOneByOne(String hex) throws IOException {
            for (byte octet : HEX.parseHex(hex)) {
                socket.getOutputStream().write(octet);
            }
        }

        void echo() throws IOException {
            socket.getInputStream().transferTo(socket.getOutputStream());
        }

        /** Waits until the client has closed, and keeps what comes before. */
        void awaitEnd() throws IOException {
            try {
                for (int next = socket.getInputStream().read();
                        next >= 0;
                        next = socket.getInputStream().read()) {
                    octets.write(next);
                }
            } catch (SocketException e) {
                // A reset is an end as well; only waiting in vain is not.
            }
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
