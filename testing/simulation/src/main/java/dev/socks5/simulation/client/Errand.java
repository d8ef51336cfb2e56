package dev.socks5.simulation.client;

import dev.socks5.codec.SendAhead;
import dev.socks5.simulation.network.Chance;
import dev.socks5.simulation.network.Reachability;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * One connection that is asked for, and what it meets. Nothing of it is like anything of another one. Times are in
 * nanoseconds.
 *
 * @param direct whether it needs no proxy
 * @param hops the proxies
 * @param dialled the addresses of the host that is dialled, which has a name if there are several
 * @param there what becomes of attempts to connect to each
 * @param destination by its addresses, which are looked up if it has a name that does not go to the proxy
 * @param refusedAddresses how many addresses of the destination the last proxy cannot reach
 * @param firstBytes how many bytes do not wait for the tunnel
 * @param behind how many bytes come together with the last reply
 * @param giveUpAfter 0 for never
 */
record Errand(
        int number,
        long start,
        boolean direct,
        List<Proxy> hops,
        boolean namedProxy,
        List<InetAddress> dialled,
        List<Reachability> there,
        LookUp lookUp,
        boolean namedDestination,
        boolean looksUpHere,
        List<InetAddress> destination,
        int refusedAddresses,
        int firstBytes,
        int up,
        int behind,
        int down,
        long timeout,
        GiveUp giveUp,
        long giveUpAfter) {

    static final int PROXY_PORT = 1080;
    static final long LONG = TimeUnit.SECONDS.toNanos(60);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** What becomes of looking a name up. */
    enum LookUp {
        QUICK,
        SLOW,
        /** Answers after all deadlines. */
        STUCK,
        FAILS,
        THROWS
    }

    /** How a user ends it. */
    enum GiveUp {
        NEVER,
        CANCEL,
        COMPLETE,
        FAIL
    }

    /** What the user has of a login for a proxy. */
    enum Login {
        NONE,
        OFFERED,
        REQUIRED,
        THROWS
    }

    /** What a proxy does instead of what it should. */
    enum Lie {
        NONE,
        GARBAGE,
        SILENT,
        LEAVES,
        RESETS,
        PART,
        WRONG_VERSION,
        REFUSES,
        NOT_OFFERED
    }

    /** The answer that is a lie. */
    enum Stage {
        SELECTION,
        LOGIN,
        REPLY
    }

    /**
     * A proxy.
     *
     * @param asks whether it wants a login if it can get one
     * @param delay before each answer
     */
    record Proxy(Login login, SendAhead ahead, boolean asks, Lie lie, Stage stage, long delay, int code) {}

    /**
     * Makes one.
     *
     * @param alone whether there is no other one whose look-up could wait for its own
     */
    static Errand of(int number, Chance chance, boolean alone) {
        boolean direct = chance.oneIn(6);
        List<Proxy> hops = new ArrayList<>();
        int count = 1 + chance.below(2);
        int liar = chance.oneIn(2) ? chance.below(count) : -1;
        for (int i = 0; i < count; i++) {
            hops.add(proxy(chance, i == liar));
        }
        boolean named = chance.oneIn(2);
        boolean namedDestination = chance.oneIn(2);
        boolean looksUpHere = chance.oneIn(2);
        List<InetAddress> destination = addresses(number, 200, namedDestination ? 1 + chance.below(10) : 1, chance);
        List<InetAddress> dialled =
                direct ? destination : addresses(number, 100, named ? 1 + chance.below(10) : 1, chance);
        boolean allWell = chance.oneIn(2);
        List<Reachability> there = dialled.stream()
                .map(address ->
                        allWell || chance.oneIn(3) ? Reachability.OPEN : chance.pick(List.of(Reachability.values())))
                .toList();
        long timeout = chance.oneIn(3) ? 1_000_000L * chance.between(1, 4_000) : LONG;
        GiveUp giveUp = chance.oneIn(4) ? chance.pick(List.of(GiveUp.values())) : GiveUp.NEVER;
        LookUp any = chance.oneIn(2) ? LookUp.QUICK : chance.pick(List.of(LookUp.values()));
        LookUp lookUp = any == LookUp.STUCK && !alone ? LookUp.SLOW : any;
        return new Errand(
                number,
                chance.oneIn(3) ? 0 : chance.below(20 * SECOND),
                direct,
                List.copyOf(hops),
                named,
                dialled,
                there,
                lookUp,
                namedDestination,
                looksUpHere,
                destination,
                chance.oneIn(3) ? chance.below(9) : 0,
                chance.oneIn(3) ? chance.below(16 * 1024) : 0,
                chance.below(20_000),
                chance.oneIn(2) ? chance.below(3_000) : 0,
                chance.below(100_000),
                timeout,
                giveUp,
                chance.oneIn(2) ? chance.below(5 * SECOND) : chance.below(SECOND / 20));
    }

    private static Proxy proxy(Chance chance, boolean lies) {
        Lie lie = chance.oneIn(4) ? Lie.REFUSES : chance.pick(List.of(Lie.values()));
        boolean late = lie == Lie.REFUSES && chance.oneIn(2);
        return new Proxy(
                chance.oneIn(12) ? Login.THROWS : chance.pick(List.of(Login.NONE, Login.OFFERED, Login.REQUIRED)),
                chance.pick(List.of(SendAhead.values())),
                chance.oneIn(2),
                lies ? lie : Lie.NONE,
                late ? Stage.REPLY : chance.pick(List.of(Stage.values())),
                chance.oneIn(2) ? 0 : chance.below(SECOND / 2),
                1 + chance.below(8));
    }

    /** Makes addresses of both families, one of them now and then twice. */
    private static List<InetAddress> addresses(int number, int kind, int count, Chance chance) {
        List<InetAddress> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (i > 0 && chance.oneIn(8)) {
                all.add(chance.pick(all));
            } else {
                byte[] bytes = chance.oneIn(2) ? new byte[4] : new byte[16];
                bytes[0] = (byte) (bytes.length == 4 ? 10 : 0x20);
                bytes[bytes.length - 3] = (byte) number;
                bytes[bytes.length - 2] = (byte) kind;
                bytes[bytes.length - 1] = (byte) (i + 1);
                all.add(address(bytes));
            }
        }
        return List.copyOf(all);
    }

    static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    String proxyName(int hop) {
        return "proxy-" + hop + "." + number + ".example";
    }

    String destinationName() {
        return "destination." + number + ".example";
    }

    int port() {
        return 2000 + number;
    }

    String secret(int hop) {
        return "secret-" + number + "-" + hop;
    }

    /** Whether there is a name to look up. */
    boolean looksUp() {
        return direct ? namedDestination : namedProxy || (namedDestination && looksUpHere);
    }

    /** Whether the last proxy is asked for one address of the destination after the other. */
    boolean asksByAddress() {
        return !direct && namedDestination && looksUpHere;
    }

    /**
     * Returns the addresses to dial in the order of RFC 8305: the families take turns, each address once, eight at
     * most.
     */
    static List<InetAddress> order(List<InetAddress> found) {
        List<InetAddress> rest = new ArrayList<>(found.stream().distinct().toList());
        List<InetAddress> order = new ArrayList<>();
        int wanted = found.get(0).getAddress().length;
        while (!rest.isEmpty() && order.size() < 8) {
            int family = wanted;
            InetAddress next = rest.stream()
                    .filter(address -> address.getAddress().length == family)
                    .findFirst()
                    .orElse(rest.get(0));
            order.add(next);
            rest.remove(next);
            wanted = next.getAddress().length == 4 ? 16 : 4;
        }
        return order;
    }

    Reachability reachability(InetAddress address) {
        return there.get(dialled.indexOf(address));
    }

    /** Returns where a connection to the host that is dialled goes. */
    InetSocketAddress at(InetAddress address) {
        return new InetSocketAddress(address, direct ? port() : PROXY_PORT);
    }

    /** Returns bytes that are like those of no other connection. */
    byte[] content(int direction, int count) {
        byte[] bytes = new byte[count];
        IntStream.range(0, count).forEach(i -> bytes[i] = at(direction, i));
        return bytes;
    }

    byte at(int direction, int position) {
        return (byte) ((position * 31 + (position >> 8) * 7 + number * 101 + direction * 53) ^ (position >> 3));
    }

    /** Returns what a proxy is to be asked for, as it is sent. */
    byte[] request(int hop, int attempt) {
        if (hop < hops.size() - 1) {
            return request(proxyName(hop + 1), PROXY_PORT);
        }
        if (!namedDestination) {
            return request(destination.get(0));
        }
        return looksUpHere ? request(order(destination).get(attempt)) : request(destinationName(), port());
    }

    private byte[] request(InetAddress address) {
        byte[] bytes = address.getAddress();
        return request(bytes.length == 4 ? 1 : 4, new byte[0], bytes, port());
    }

    private static byte[] request(String name, int port) {
        return request(3, new byte[] {(byte) name.length()}, name.getBytes(StandardCharsets.US_ASCII), port);
    }

    private static byte[] request(int type, byte[] length, byte[] address, int port) {
        byte[] all = new byte[6 + length.length + address.length];
        all[0] = 5;
        all[1] = 1;
        all[3] = (byte) type;
        System.arraycopy(length, 0, all, 4, length.length);
        System.arraycopy(address, 0, all, 4 + length.length, address.length);
        all[all.length - 2] = (byte) (port >> 8);
        all[all.length - 1] = (byte) port;
        return all;
    }
}
