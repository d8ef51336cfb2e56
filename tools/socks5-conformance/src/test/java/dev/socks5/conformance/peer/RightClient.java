package dev.socks5.conformance.peer;

import dev.socks5.conformance.client.Task;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A plain client, written from the RFCs: it blocks, and does one thing. Wrong ones override a step. */
public class RightClient extends ClientMessages {

    /** What it is to do. */
    public enum Kind {
        FETCH,
        LOGIN,
        UDP,
        BIND
    }

    private static final int TIMEOUT_MILLIS = 6000;
    private static final int MOST = 65_536;

    private final List<AutoCloseable> opened = new ArrayList<>();

    /** Does it, and prints what comes. */
    public void run(Kind kind, Task task, OutputStream out) throws IOException {
        try (Socket socket = closing(new Socket())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            before(task);
            socket.connect(task.proxy());
            negotiate(socket, kind, task);
            switch (kind) {
                case UDP -> datagram(socket, task, out);
                case BIND -> bind(socket, task, out);
                default -> connect(socket, task, out);
            }
        } catch (IOException e) {
            failed(e, task, out);
        }
    }

    /** What is done first: nothing. */
    protected void before(Task task) throws IOException {}

    /** What a failure leads to: that there is nothing to print. */
    protected void failed(IOException failure, Task task, OutputStream out) throws IOException {
        throw failure;
    }

    /** Goes through the method that the proxy selects (RFC 1928 section 3). */
    protected void negotiate(Socket socket, Kind kind, Task task) throws IOException {
        boolean withLogin = kind == Kind.LOGIN;
        send(socket, greeting(withLogin));
        int method = readSelection(socket.getInputStream());
        if (method == 2 && withLogin) {
            send(socket, login(task.user(), task.password()));
            readLoginAnswer(socket.getInputStream());
        } else if (method != 0) {
            otherMethod(socket, task, method);
        }
    }

    /** Ends the attempt, because the method was not offered. */
    protected void otherMethod(Socket socket, Task task, int method) throws IOException {
        throw new ProtocolException("method " + method);
    }

    /** Has the proxy connect, and fetches the page. */
    protected void connect(Socket socket, Task task, OutputStream out) throws IOException {
        send(socket, request(CONNECT, task.host(), task.port()));
        bound(readReply(socket.getInputStream()));
        tunnel(socket, task, out);
    }

    /** Makes use of the address in the reply to a CONNECT: none. */
    protected void bound(InetSocketAddress address) throws IOException {}

    /** Fetches the page through the tunnel. */
    protected void tunnel(Socket socket, Task task, OutputStream out) throws IOException {
        send(socket, ascii("GET " + task.path() + " HTTP/1.0\r\n" + field(task) + "\r\n"));
        print(socket.getInputStream(), out);
    }

    /** A field of the header. */
    protected String field(Task task) {
        return "Host: " + task.host() + "\r\n";
    }

    /** Prints what comes until the end. */
    protected void print(InputStream in, OutputStream out) throws IOException {
        in.transferTo(out);
    }

    /** Has the proxy accept a connection, and prints what comes through it. */
    protected void bind(Socket socket, Task task, OutputStream out) throws IOException {
        send(socket, request(BIND, task.host(), task.port()));
        readReply(socket.getInputStream());
        readReply(socket.getInputStream());
        print(socket.getInputStream(), out);
    }

    /** Has the proxy make an association, sends a datagram and prints the answer. */
    protected void datagram(Socket socket, Task task, OutputStream out) throws IOException {
        try (DatagramSocket datagrams = closing(new DatagramSocket(0, socket.getLocalAddress()))) {
            datagrams.setSoTimeout(TIMEOUT_MILLIS);
            send(socket, request(ASSOCIATE, "0.0.0.0", source(datagrams)));
            InetSocketAddress bound = readReply(socket.getInputStream());
            InetSocketAddress relay = relay(bound, socket.getInetAddress());
            byte[] sent = joined(header(task), ascii("?"));
            datagrams.send(new DatagramPacket(sent, sent.length, relay));
            waiting(socket);
            DatagramPacket answer;
            do {
                answer = new DatagramPacket(new byte[MOST], MOST);
                datagrams.receive(answer);
            } while (!isAnswer(answer, relay));
            out.write(payload(Arrays.copyOf(answer.getData(), answer.getLength())));
        }
    }

    /** The port in the request. */
    protected int source(DatagramSocket socket) {
        return 0;
    }

    /** Where datagrams go. */
    protected InetSocketAddress relay(InetSocketAddress bound, InetAddress proxy) throws IOException {
        return bound.getAddress().isAnyLocalAddress() ? new InetSocketAddress(proxy, bound.getPort()) : bound;
    }

    /** RSV, FRAG, ATYP, DST.ADDR and DST.PORT (RFC 1928 section 7). */
    protected byte[] header(Task task) throws IOException {
        return joined(new byte[] {0, 0, 0}, joined(destination(task.host()), port(task.port())));
    }

    /** Keeps the connection while an answer is waited for. */
    protected void waiting(Socket socket) throws IOException {}

    /** Whether a datagram is from the relay, and whole. */
    protected boolean isAnswer(DatagramPacket packet, InetSocketAddress relay) throws IOException {
        byte[] bytes = packet.getData();
        int least = packet.getLength() < 5
                ? 10
                : bytes[3] == 1 ? 10 : bytes[3] == 4 ? 22 : bytes[3] == 3 ? 7 + bytes[4] : MOST;
        return packet.getSocketAddress().equals(relay) && packet.getLength() >= least && bytes[2] == 0;
    }

    private static byte[] payload(byte[] datagram) {
        int header = datagram[3] == 1 ? 10 : datagram[3] == 4 ? 22 : 7 + datagram[4];
        return Arrays.copyOfRange(datagram, header, datagram.length);
    }

    /** Sends bytes in one write. */
    protected void send(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Waits for ever, or until it is ended. */
    protected static void hang() {
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException("ended"));
        }
    }

    /** Has something closed when the client is ended. */
    protected synchronized <C extends AutoCloseable> C closing(C resource) {
        opened.add(resource);
        return resource;
    }

    /** Ends it, whatever it does. */
    synchronized void end() {
        for (AutoCloseable resource : opened) {
            try {
                resource.close();
            } catch (Exception e) {
                // it is closed
            }
        }
    }
}
