package dev.socks5.simulation;

import dev.socks5.simulation.Visit.Lie;
import dev.socks5.simulation.network.Chance;
import dev.socks5.simulation.network.Wire;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that stand between the server and a destination, all in one program: each handshake in a row is with the
 * next of them. Behind the last, it is the destination itself. It tells lies, if the visit says so.
 */
final class UpstreamProxy implements Wire.Owner {

    private static final byte[] NO_AUTHENTICATION = {5, 0};
    private static final byte[] DONE = {5, 0, 0, 1, 1, 2, 3, 4, 5, 6};

    private final Run run;
    private final Chance chance;
    private final ByteBuffer said = ByteBuffer.allocate(1024);
    private @Nullable Wire wire;
    private boolean greeted;
    private int hop;
    private @Nullable Party party;
    private boolean over;

    UpstreamProxy(Run run) {
        this.run = run;
        this.chance = run.world().chance().fork();
    }

    @Override
    public void begin(Wire its) {
        wire = its;
    }

    private Wire its() {
        return Objects.requireNonNull(wire);
    }

    @Override
    public void received(ByteBuffer data) {
        if (party != null) {
            party.far.received(data);
            return;
        }
        while (data.hasRemaining() && party == null && !over) {
            said.put(data.get());
            read();
        }
        if (party != null && data.hasRemaining()) {
            party.far.received(data);
        }
    }

    private void read() {
        int length = said.position();
        byte[] b = said.array();
        if (!greeted) {
            if (length >= 2 && length == 2 + (b[1] & 0xFF)) {
                said.clear();
                greeted = true;
                its().send(NO_AUTHENTICATION);
            }
        } else if (length >= 5 && length == lengthOfRequest(b)) {
            said.clear();
            greeted = false;
            requested(b, length);
        }
    }

    private static int lengthOfRequest(byte[] b) {
        return switch (b[3]) {
            case 1 -> 10;
            case 4 -> 22;
            default -> 7 + (b[4] & 0xFF);
        };
    }

    private void requested(byte[] b, int length) {
        hop++;
        if (hop < run.setup().upstream()) {
            isForTheNext(b, length);
            if (b[1] == 1 && chance.oneIn(20)) {
                refuse(5); // That is no answer to the client's request.
            } else {
                its().send(DONE); // To the next proxy.
            }
            return;
        }
        int port = ((b[length - 2] & 0xFF) << 8) | (b[length - 1] & 0xFF);
        Party asked = run.partyAt(port);
        if (asked == null || b[1] == 3) {
            refuse(7);
            return;
        }
        if (b[3] == 3) {
            String name = new String(b, 5, b[4] & 0xFF, StandardCharsets.ISO_8859_1);
            run.oracle().upstreamIsAsked(asked, name);
        }
        answer(asked, asked.visit.lie(), b[1]);
    }

    /** What is no client's request has to lead to the next proxy. */
    private void isForTheNext(byte[] b, int length) {
        if (b[1] == 1) {
            InetSocketAddress next = Addresses.upstream(hop);
            byte[] address = next.getAddress().getAddress();
            boolean right = length == 10
                    && Arrays.equals(Arrays.copyOfRange(b, 4, 8), address)
                    && (((b[8] & 0xFF) << 8) | (b[9] & 0xFF)) == next.getPort();
            Check.require(right, Rule.DIALS_WHAT_WAS_ALLOWED, "an upstream was not asked for the next one", null);
        }
    }

    private void answer(Party asked, Lie lie, int command) {
        switch (lie) {
            case NONE -> {
                its().send(DONE);
                if (command == 1) {
                    join(asked);
                } else if (command == 2) {
                    run.world().after(Check.nanos(asked.visit.pause()), () -> joinLater(asked));
                }
            }
            case WRONG_VERSION -> its().send(new byte[] {4, 0, 0, 1, 1, 2, 3, 4, 5, 6});
            case METHOD_NOT_OFFERED -> {
                asked.upstreamSaid = 2; // The first two bytes of a reply: if it ends there, that counts.
                its().send(new byte[] {5, 2});
            }
            case UNKNOWN_REPLY -> its().send(new byte[] {5, (byte) 0x99, 0, 1, 1, 2, 3, 4, 5, 6});
            case REFUSES -> {
                int code = 1 + asked.visit.id() % 9;
                asked.upstreamSaid = code;
                refuse(code);
            }
            case GARBAGE -> {
                byte[] garbage = run.chance(asked.visit).bytes(300);
                garbage[0] |= 0x40; // Or it could happen to be a reply.
                its().send(garbage);
            }
            case LEAVES -> {
                over = true;
                its().close();
            }
            case STALLS -> over = true;
        }
        over |= lie != Lie.NONE;
    }

    private void join(Party asked) {
        party = asked;
        asked.far.begin(its());
        asked.far.connected();
    }

    /** Its peer has connected. */
    private void joinLater(Party asked) {
        if (its().isOpen()) {
            its().send(DONE);
            join(asked);
        }
    }

    private void refuse(int code) {
        over = true;
        its().send(new byte[] {5, (byte) code, 0, 1, 0, 0, 0, 0, 0, 0});
        its().end();
    }

    @Override
    public void ended() {
        if (party != null) {
            party.far.ended();
        } else {
            its().close();
        }
    }

    @Override
    public void reset() {
        if (party != null) {
            party.far.reset();
        }
    }
}
