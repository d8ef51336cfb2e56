package dev.socks5.examples;

import dev.socks5.client.RemoteListener;
import dev.socks5.client.Socks5Client;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Ipv4Address;
import dev.socks5.codec.Ipv6Address;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * An FTP client in active mode (RFC 959), behind a SOCKS5 proxy. It connects to the server (CONNECT), and for each
 * transfer the server connects to the proxy (BIND), which it is told to by PORT, or EPRT for IPv6 (RFC 2428). For
 * example: {@code 127.0.0.1:1080 ftp.example.com:21 alice secret README}. It waits for the FTP server as long as the
 * proxy does.
 */
public final class ActiveFtp implements Closeable {

    private static final int ANY_PORT = 0;

    private final Socks5Client proxy;
    private final Endpoint server;
    private final Socket control;
    private final BufferedReader replies;

    private ActiveFtp(Socks5Client proxy, Endpoint server, Socket control) throws IOException {
        this.proxy = proxy;
        this.server = server;
        this.control = control;
        this.replies = new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Prints a file, or what files there are.
     *
     * @param args the proxy and the server as HOST:PORT, user, password and, for a file, its path
     * @throws IOException if it cannot be fetched
     */
    public static void main(String[] args) throws IOException {
        if (args.length < 4 || args.length > 5) {
            System.err.println("usage: ActiveFtp PROXY_HOST:PORT FTP_HOST:PORT USER PASSWORD [PATH]");
            return;
        }
        Endpoint proxyAt = Endpoint.parse(args[0]);
        Socks5Client proxy = Socks5Client.builder()
                .proxy(proxyAt.address().toString(), proxyAt.port())
                .build();
        try (ActiveFtp ftp = logIn(proxy, Endpoint.parse(args[1]), args[2], args[3])) {
            if (args.length == 5) {
                ftp.retrieve(args[4], System.out);
            } else {
                ftp.list(System.out);
            }
        }
    }

    /**
     * Connects and logs in.
     *
     * @param proxy how to reach the server; the proxy has to allow BIND
     * @param server the FTP server; a name is looked up by the proxy
     * @param user the user's name there
     * @param password the password
     * @return a client that is logged in
     * @throws IOException if proxy or server refuse
     */
    public static ActiveFtp logIn(Socks5Client proxy, Endpoint server, String user, String password)
            throws IOException {
        Socket control = proxy.connect(server);
        try {
            ActiveFtp ftp = new ActiveFtp(proxy, server, control);
            ftp.expect("2"); // its greeting
            ftp.command("USER " + user, "3");
            ftp.command("PASS " + password, "2");
            ftp.command("TYPE I", "2"); // octets as they are
            return ftp;
        } catch (IOException | RuntimeException e) {
            control.close();
            throw e;
        }
    }

    /**
     * Fetches a file.
     *
     * @param path of the file on the server
     * @param out gets the octets; not closed
     * @throws IOException if proxy or server refuse
     */
    public void retrieve(String path, OutputStream out) throws IOException {
        transfer("RETR " + path, out);
    }

    /**
     * Fetches the list of files.
     *
     * @param out gets the octets; not closed
     * @throws IOException if proxy or server refuse
     */
    public void list(OutputStream out) throws IOException {
        transfer("LIST", out);
    }

    private void transfer(String command, OutputStream out) throws IOException {
        try (RemoteListener listener = proxy.bind(new Endpoint(server.address(), ANY_PORT))) {
            command(port(listener.address()), "2");
            command(command, "1");
            try (Socket data = listener.accept()) {
                checkPeer(server, Endpoint.of((InetSocketAddress) data.getRemoteSocketAddress()));
                data.getInputStream().transferTo(out);
            }
        }
        expect("2"); // The file is complete only if the server says so.
    }

    private static String port(Endpoint listener) throws IOException {
        int port = listener.port();
        if (listener.address() instanceof Ipv4Address address) {
            return String.format(
                    Locale.ROOT, "PORT %s,%d,%d", address.toString().replace('.', ','), port >> 8, port & 0xFF);
        }
        if (listener.address() instanceof Ipv6Address address) {
            return String.format(Locale.ROOT, "EPRT |2|%s|%d|", address, port);
        }
        throw new ProtocolException("the proxy listens on a name, which FTP cannot tell: " + listener);
    }

    /**
     * A proxy ought to see to it, but not all do. Of a server that was given by name, only the proxy knows the address.
     */
    static void checkPeer(Endpoint server, Endpoint peer) throws IOException {
        if (!(server.address() instanceof DomainName) && !server.address().equals(peer.address())) {
            throw new ProtocolException("the data come from elsewhere: " + peer);
        }
    }

    private void command(String line, String expected) throws IOException {
        if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("one line only"); // The rest would be another command.
        }
        control.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        expect(expected);
    }

    /** Reads a reply, which has several lines if a hyphen follows its code, and checks the code's first digit. */
    private void expect(String digit) throws IOException {
        String first = readLine();
        if (first.startsWith("-", 3)) {
            String end = first.substring(0, 3) + " ";
            while (!readLine().startsWith(end)) {
                // There is more of it.
            }
        }
        if (!first.startsWith(digit)) {
            throw new ProtocolException("the FTP server says: " + first);
        }
    }

    private String readLine() throws IOException {
        String line = replies.readLine();
        if (line == null) {
            throw new EOFException("the FTP server has closed the connection");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        control.close();
    }
}
