package dev.socks5.conformance.peer;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Ipv4Address;
import dev.socks5.codec.Ipv6Address;
import dev.socks5.codec.Request;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/** Carries out requests: checks destinations, dials them and relays, each in a step to override. */
public class Execution extends Tunnel {

    private static final int DIAL_MILLIS = 5000;
    private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";

    /** Carries out a request by its command. */
    protected void execute(Session session, Request request) throws IOException {
        switch (request.command().code()) {
            case 1 -> connect(session, request);
            case 2 -> bind(session, request);
            case 3 -> associate(session, request);
            default -> throw new Refused(0x07);
        }
    }

    /** Carries out CONNECT (RFC 1928 section 6). */
    protected void connect(Session session, Request request) throws IOException {
        try (Socket destination = dialFirst(
                addresses(request.destination()), request.destination().port())) {
            destination.setTcpNoDelay(true);
            session.alsoClose(destination);
            writeReply(session, 0x00, bound(destination));
            relay(session, destination);
        }
    }

    /** Carries out BIND: not at all. */
    protected void bind(Session session, Request request) throws IOException {
        throw new Refused(0x07);
    }

    /** Carries out UDP ASSOCIATE: not at all. */
    protected void associate(Session session, Request request) throws IOException {
        throw new Refused(0x07);
    }

    /** The addresses of a destination, all of which may be contacted. */
    protected List<InetAddress> addresses(Endpoint destination) throws IOException {
        List<InetAddress> addresses = destination.isName()
                ? lookUp((DomainName) destination.address())
                : List.of(destination.toInetSocketAddress().getAddress());
        if (!addresses.stream().allMatch(address -> mayReach(address, destination.port()))) {
            throw new Refused(0x02);
        }
        return addresses;
    }

    /** Looks up a name, or takes the IP address that it spells. Other spellings of numbers are no names. */
    protected List<InetAddress> lookUp(DomainName destination) throws IOException {
        String name = destination.octets().toLowerCase(Locale.ROOT).replaceFirst("(?<=.)\\.$", "");
        if (name.matches("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}")) {
            return List.of(Ipv4Address.parse(name).toInetAddress());
        }
        if (name.matches("[0-9a-f:.]*:[0-9a-f:.]*")) {
            return List.of(ipv6(name));
        }
        if (!isHostName(name) || name.endsWith("invalid")) {
            throw new Refused(0x04);
        }
        try {
            return List.of(InetAddress.getAllByName(name));
        } catch (UnknownHostException e) {
            throw new Refused(0x04);
        }
    }

    private static InetAddress ipv6(String text) throws IOException {
        try {
            return Ipv6Address.parse(text).toInetAddress();
        } catch (IllegalArgumentException e) {
            throw new Refused(0x04);
        }
    }

    /** Whether a name in lower case may be looked up: letters, digits and hyphens in labels, the last one no number. */
    protected boolean isHostName(String name) {
        return name.length() <= 253
                && name.matches(LABEL + "(\\." + LABEL + ")*")
                && !name.matches("(.*\\.)?(\\d+|0x[0-9a-f]*)");
    }

    /** Whether the rules allow an address. */
    protected boolean mayReach(InetAddress address, int port) {
        return !address.isAnyLocalAddress() && !address.isMulticastAddress() && !address.isLinkLocalAddress();
    }

    /** Connects to the first of several addresses that answers; else replies for the last. */
    protected Socket dialFirst(List<InetAddress> addresses, int port) throws IOException {
        IOException last = new ConnectException("no address");
        for (InetAddress address : addresses) {
            try {
                return dial(new InetSocketAddress(address, port));
            } catch (IOException e) {
                last = e;
            }
        }
        throw new Refused(code(last));
    }

    /** Connects to one address. */
    protected Socket dial(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address, DIAL_MILLIS);
            return socket;
        } catch (IOException e) {
            closeQuietly(socket);
            throw e;
        }
    }

    /** The reply for a failure to connect (RFC 1928 section 6). */
    protected int code(IOException failure) {
        if (failure instanceof ConnectException) {
            return 0x05;
        }
        return failure instanceof NoRouteToHostException ? 0x04 : 0x01;
    }

    /** BND.ADDR and BND.PORT of a CONNECT: where it comes from. */
    protected InetSocketAddress bound(Socket destination) {
        return (InetSocketAddress) destination.getLocalSocketAddress();
    }

    /** Closes something of no more use. */
    protected static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // nothing more can be done with it
        }
    }
}
