package dev.socks5.simulation;

import dev.socks5.simulation.Visit.Garble;
import dev.socks5.simulation.Visit.Kind;
import dev.socks5.simulation.network.Chance;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * What a client says up to its request, byte by byte, and where it waits for an answer. Written without the codec: a
 * mistake that both sides share would not be seen.
 */
final class Script {

    /** Known to the server, with the password {@link #PASSWORD}. */
    static final String[] USERS = {"anna", "bert"};

    static final String PASSWORD = "secret";
    static final String USER_THAT_THROWS = "throws";

    private static final int FLOOD = 20_000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int header;
    private int greeting;
    private int login;

    private Script() {}

    /**
     * The words of one client.
     *
     * @param bytes everything up to the end of the request, spoilt or not
     * @param header the end of the balancer's header
     * @param greeting the end of the greeting, where it waits
     * @param login the end of the login, where it waits again
     */
    @SuppressWarnings("ArrayRecordComponent") // Nobody changes it.
    record Words(byte[] bytes, int header, int greeting, int login, boolean spoilt) {}

    static Words of(Visit visit, Setup setup, Chance chance) {
        Script script = new Script();
        if (setup.balancer()) {
            script.header(visit);
        }
        script.header = script.out.size();
        script.greeting(visit, setup);
        script.greeting = script.out.size();
        if (setup.login() && visit.login() != Visit.Login.NOT_OFFERED) {
            script.login(visit);
        }
        script.login = script.out.size();
        script.request(visit);
        return script.spoilt(visit.garble(), chance);
    }

    private void header(Visit visit) {
        InetSocketAddress client = Addresses.client(visit);
        InetAddress address = client.getAddress();
        boolean ipv6 = address.getAddress().length == 16;
        switch (visit.header()) {
            case VERSION_1 ->
                text("PROXY TCP%s %s %s %d 1080\r\n"
                        .formatted(
                                ipv6 ? "6" : "4",
                                address.getHostAddress(),
                                ipv6 ? "2001:db8::1" : "203.0.113.1",
                                client.getPort()));
            case VERSION_2 -> {
                text("\r\n\r\n\0\r\nQUIT\n");
                bytes(0x21, ipv6 ? 0x21 : 0x11, 0, ipv6 ? 36 : 12);
                out.writeBytes(address.getAddress());
                out.writeBytes(Addresses.server(address).getAddress().getAddress());
                port(client.getPort());
                port(Addresses.SOCKS);
            }
            case OWN -> {
                text("\r\n\r\n\0\r\nQUIT\n");
                bytes(0x20, 0, 0, 0);
            }
            case BROKEN -> text("PROXY TCP4 1.2.3 4.5.6.7 1 2\r\n");
            case NONE -> {}
        }
    }

    private void greeting(Visit visit, Setup setup) {
        if (!setup.login()) {
            bytes(5, 2, 2, 0);
        } else if (visit.login() == Visit.Login.NOT_OFFERED) {
            bytes(5, 2, 0, 1);
        } else {
            bytes(5, 2, 0, 2);
        }
    }

    private void login(Visit visit) {
        String user = switch (visit.login()) {
            case UNKNOWN_USER -> "nobody";
            case THROWS -> USER_THAT_THROWS;
            default -> USERS[visit.host() % USERS.length];
        };
        String password = visit.login() == Visit.Login.WRONG ? "guess" : PASSWORD;
        bytes(1, user.length());
        text(user);
        bytes(password.length());
        text(password);
    }

    private void request(Visit visit) {
        bytes(5, command(visit.kind()), 0);
        if (visit.kind() == Kind.UNKNOWN_ADDRESS_TYPE) {
            bytes(2, 1, 2, 3, 4, 5, 6);
            return;
        }
        if (visit.targets().isEmpty()) {
            name(Addresses.name(visit));
            port(Addresses.port(visit));
            return;
        }
        InetSocketAddress first = Addresses.target(visit, 0);
        byte[] octets = first.getAddress().getAddress();
        switch (visit.form()) {
            case IPV4, IPV6 -> address(octets);
            case MAPPED -> {
                byte[] mapped = new byte[16];
                mapped[10] = -1;
                mapped[11] = -1;
                System.arraycopy(octets, 0, mapped, 12, Math.min(4, octets.length));
                address(octets.length == 4 ? mapped : octets);
            }
            case NAME -> name(Addresses.name(visit));
            case NUMBERS_AS_NAME -> name(first.getAddress().getHostAddress());
            case SHORT_NUMBERS -> name("127.1");
            case NUL_IN_NAME -> name(Addresses.name(visit) + "\0.example");
        }
        port(visit.kind() == Kind.ASSOCIATE ? DatagramClient.announced(visit) : first.getPort());
    }

    static int command(Kind kind) {
        return switch (kind) {
            case CONNECT, UNKNOWN_ADDRESS_TYPE -> 1;
            case BIND -> 2;
            case ASSOCIATE -> 3;
            case RESOLVE -> 0xF0;
            case RESOLVE_PTR -> 0xF1;
            case UNKNOWN_COMMAND -> 9;
        };
    }

    private void address(byte[] octets) {
        bytes(octets.length == 4 ? 1 : 4);
        out.writeBytes(octets);
    }

    private void name(String name) {
        bytes(3, name.length());
        text(name);
    }

    private Words spoilt(Garble garble, Chance chance) {
        byte[] bytes = out.toByteArray();
        int end = bytes.length;
        int span = end - header;
        switch (garble) {
            case NOT -> {
                return new Words(bytes, header, greeting, login, false);
            }
            case CUT -> {
                int cut = header + chance.below(span);
                return words(java.util.Arrays.copyOf(bytes, cut));
            }
            case FLIPPED -> {
                int where = header + chance.below(span - 7); // Not the host and port: they would be another visit's.
                bytes[where] ^= (byte) (1 << chance.below(8));
                return words(bytes);
            }
            case INSERTED -> {
                int where = header + chance.below(span - 7);
                byte[] longer = new byte[end + 1];
                System.arraycopy(bytes, 0, longer, 0, where);
                longer[where] = (byte) chance.below(256);
                System.arraycopy(bytes, where, longer, where + 1, end - where);
                return words(longer);
            }
            case FLOOD -> {
                byte[] flood = chance.bytes(FLOOD);
                System.arraycopy(bytes, 0, flood, 0, header + chance.below(span - 7));
                return words(flood);
            }
        }
        throw new AssertionError(garble);
    }

    private Words words(byte[] bytes) {
        return new Words(
                bytes,
                Math.min(header, bytes.length),
                Math.min(greeting, bytes.length),
                Math.min(login, bytes.length),
                true);
    }

    private void bytes(int... values) {
        for (int value : values) {
            out.write(value);
        }
    }

    private void text(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void port(int port) {
        bytes(port >> 8, port & 0xFF);
    }
}
