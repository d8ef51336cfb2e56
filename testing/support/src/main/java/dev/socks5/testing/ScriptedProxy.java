package dev.socks5.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A proxy on the loopback address that does to one connection what its script says, and keeps what it received. */
public class ScriptedProxy implements AutoCloseable {

    public static final String NO_AUTHENTICATION = "05 00";
    public static final String LOGIN_SELECTED = "05 02";
    public static final String LOGIN_ACCEPTED = "01 00";
    public static final String SUCCESS = "05 00 00 01 c6 33 64 07 04 38";

    /** Far beyond what anything here takes. */
    protected static final int LIMIT_SECONDS = 15;

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    /** What the proxy does with its connection, which is closed at the end. */
    @FunctionalInterface
    public interface Script {
        void play(Client client) throws Exception;
    }

    private final ServerSocket listener;
    private final CompletableFuture<String> received = new CompletableFuture<>();

    /** Listens at a free port, and plays the script to the first that connects. */
    public ScriptedProxy(Script script) throws IOException {
        this(0, script);
    }

    /** Listens at a port, and plays the script to the first that connects. */
    public ScriptedProxy(int port, Script script) throws IOException {
        listener = new ServerSocket(port, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        Thread thread = new Thread(() -> serve(script), "scripted proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** What lets everybody in, opens a tunnel and goes on with a script. */
    public static Script tunnelling(Script script) {
        return client -> {
            client.acceptTunnel();
            script.play(client);
        };
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

    /** Where it listens. */
    public InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    /** Waits for the end of the script; fails if that failed. */
    public String received() throws Exception {
        return received.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Whether nobody has connected so far. */
    public boolean isUntouched() {
        return !received.isDone();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** The connection, from the proxy's side; all octets in hexadecimal. */
    public static final class Client {

        private final Socket socket;
        private final ByteArrayOutputStream octets;

        private Client(Socket socket, ByteArrayOutputStream octets) {
            this.socket = socket;
            this.octets = octets;
        }

        public Socket socket() {
            return socket;
        }

        /** The same connection by a socket that is layered over it. */
        public Client over(Socket layered) {
            return new Client(layered, octets);
        }

        public void acceptTunnel() throws IOException {
            greet(NO_AUTHENTICATION);
            readRequest();
            send(SUCCESS);
        }

        /** Reads the greeting and answers it. */
        public void greet(String answer) throws IOException {
            read(2);
            read(octets.toByteArray()[octets.size() - 1] & 0xFF);
            send(answer);
        }

        public String readLogin() throws IOException {
            StringBuilder login = new StringBuilder(read(1));
            for (int field = 0; field < 2; field++) {
                String length = read(1);
                login.append(' ').append(length).append(' ').append(read(HexFormat.fromHexDigits(length)));
            }
            return login.toString();
        }

        public String readRequest() throws IOException {
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

        public void expect(String hex) throws IOException {
            String next = read((hex.length() + 1) / 3);
            if (!next.equals(hex)) {
                throw new AssertionError("expected " + hex + " and not " + next);
            }
        }

        public String read(int count) throws IOException {
            byte[] next = socket.getInputStream().readNBytes(count);
            octets.writeBytes(next);
            if (next.length < count) {
                throw new EOFException("the client closed after " + octets.size() + " octets");
            }
            return HEX.formatHex(next);
        }

        public void send(String hex) throws IOException {
            send(HEX.parseHex(hex));
        }

        public void send(byte[] message) throws IOException {
            socket.getOutputStream().write(message);
        }

        public void sendOneByOne(String hex) throws IOException {
            for (byte octet : HEX.parseHex(hex)) {
                socket.getOutputStream().write(octet);
            }
        }

        public void echo() throws IOException {
            socket.getInputStream().transferTo(socket.getOutputStream());
        }

        /** Waits until the client has closed, and keeps what comes before. */
        public void awaitEnd() throws IOException {
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

        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
