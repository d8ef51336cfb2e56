package dev.socks5.simulation;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a server has to make of the bytes that a client says, by RFC 1928 and RFC 1929 alone. Offsets count from the
 * first byte; -1 stands for a message that is not whole, or that nothing may be made of any more.
 *
 * @param method the one to select, 0xFF for none, -1 if there is no greeting
 * @param nonsense whether it stops to be SOCKS5 somewhere
 * @param address where the request leads, if that is an address; unmapped
 * @param name where the request leads, if that is a name, as it was written
 */
record Understanding(
        int greetingEnd,
        int method,
        int loginEnd,
        boolean loginGood,
        @Nullable String user,
        int requestEnd,
        int command,
        boolean typeKnown,
        @Nullable InetSocketAddress address,
        @Nullable String name,
        int port,
        boolean nonsense) {

    static final int NO_METHOD = 0xFF;
    private static final int LOGIN = 2;

    static Understanding of(byte[] said, int from, Setup setup) {
        return new Reader(said, from).read(setup);
    }

    /** Reads byte by byte, and knows where it has run out of them. */
    private static final class Reader {
        private static final Understanding NOTHING =
                new Understanding(-1, -1, -1, false, null, -1, -1, false, null, null, 0, false);

        private final byte[] said;
        private int at;

        private Reader(byte[] said, int from) {
            this.said = said;
            this.at = from;
        }

        private boolean lacks(int count) {
            return said.length - at < count;
        }

        private int take() {
            return said[at++] & 0xFF;
        }

        private Understanding read(Setup setup) {
            if (lacks(1)) {
                return NOTHING;
            }
            if (take() != 5) {
                return nonsense(NOTHING);
            }
            if (lacks(1)) {
                return NOTHING;
            }
            int count = take();
            if (lacks(count)) {
                return NOTHING;
            }
            int wanted = setup.login() ? LOGIN : 0;
            int method = NO_METHOD;
            for (int i = 0; i < count; i++) {
                if (take() == wanted) {
                    method = wanted;
                }
            }
            Understanding greeted = new Understanding(at, method, -1, false, null, -1, -1, false, null, null, 0, false);
            if (method == NO_METHOD) {
                return greeted;
            }
            return method == LOGIN ? login(greeted) : request(greeted);
        }

        private Understanding login(Understanding before) {
            if (lacks(1)) {
                return before;
            }
            if (take() != 1) {
                return nonsense(before);
            }
            @Nullable String user = text();
            @Nullable String password = user == null ? null : text();
            if (user == null || password == null) {
                return before;
            }
            boolean good =
                    password.equals(Script.PASSWORD) && (user.equals(Script.USERS[0]) || user.equals(Script.USERS[1]));
            Understanding after = new Understanding(
                    before.greetingEnd, before.method, at, good, user, -1, -1, false, null, null, 0, false);
            return good ? request(after) : after;
        }

        private @Nullable String text() {
            if (lacks(1)) {
                return null;
            }
            int length = take();
            if (lacks(length)) {
                return null;
            }
            String text = new String(said, at, length, StandardCharsets.ISO_8859_1);
            at += length;
            return text;
        }

        private Understanding request(Understanding before) {
            if (lacks(1)) {
                return before;
            }
            if (take() != 5) {
                return nonsense(before);
            }
            if (lacks(3)) {
                return before;
            }
            int command = take();
            take(); // RSV
            int type = take();
            if (type != 1 && type != 3 && type != 4) {
                return with(before, command, false, null, null, 0, false);
            }
            if (type == 3) {
                if (!lacks(1) && said[at] == 0) {
                    return nonsense(before); // A name has a byte at least.
                }
                @Nullable String name = text();
                return name == null || lacks(2)
                        ? before
                        : with(before, command, true, null, name, (take() << 8) | take(), false);
            }
            int length = type == 1 ? 4 : 16;
            if (lacks(length + 2)) {
                return before;
            }
            byte[] octets = new byte[length];
            System.arraycopy(said, at, octets, 0, length);
            at += length;
            int port = (take() << 8) | take();
            InetAddress address = Addresses.of(octets); // The JDK unmaps.
            return with(before, command, true, new InetSocketAddress(address, port), null, port, false);
        }

        private Understanding with(
                Understanding before,
                int command,
                boolean typeKnown,
                @Nullable InetSocketAddress address,
                @Nullable String name,
                int port,
                boolean nonsense) {
            return new Understanding(
                    before.greetingEnd,
                    before.method,
                    before.loginEnd,
                    before.loginGood,
                    before.user,
                    at,
                    command,
                    typeKnown,
                    address,
                    name,
                    port,
                    nonsense);
        }

        private static Understanding nonsense(Understanding before) {
            return new Understanding(
                    before.greetingEnd,
                    before.method,
                    before.loginEnd,
                    before.loginGood,
                    before.user,
                    -1,
                    -1,
                    false,
                    null,
                    null,
                    0,
                    true);
        }
    }

    /** Whether the request leads to a name that could be one of a host. */
    boolean isHostName() {
        return name != null && name.matches("[A-Za-z0-9_.-]+") && !isNumeric();
    }

    /** Whether it is an address in the form of a name, in full. */
    boolean isNumeric() {
        return name != null && name.matches("[0-9a-fA-Fx.]*[0-9]|.*:.*");
    }

    /** Whether the method selected asks for a login. */
    boolean asksForLogin() {
        return method == LOGIN;
    }
}
