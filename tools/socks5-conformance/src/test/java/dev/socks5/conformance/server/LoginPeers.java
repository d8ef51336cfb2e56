package dev.socks5.conformance.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.socks5.codec.Request;
import dev.socks5.conformance.peer.Refused;
import dev.socks5.conformance.peer.RightServer;
import dev.socks5.conformance.peer.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/** The wrong peers of the group "login". The right login is that of {@link ServerTrials}. */
final class LoginPeers {

    private static final String USER = ServerTrials.USER;
    private static final String PASSWORD = ServerTrials.PASSWORD;

    private static final String SERVED = "may not be connected to after a login with";

    private LoginPeers() {}

    static List<WrongServer> all() {
        return List.of(
                wrong("right", "the right login should have STATUS 00, but has 01", NobodyIsRight::new),
                wrong("right", "expected the method of the login", NeverLogin::new),
                wrong("right", "success, but it says not allowed by the rules", RefusesEverything::new),
                wrong("right", "expected a connection at the destination", RequestPeers.Pretends::new),
                wrong("answer-is-two-bytes", "but 00 came", () -> answering(1, 0, 0)),
                wrong("answer-version", "VER of the answer should be 01, but is 05", () -> answering(5, 0)),
                wrong("wrong-password", "a wrong password has STATUS 00", () -> taking((u, p) -> u.equals(USER))),
                wrong("wrong-user", "a wrong user name has STATUS 00", () -> taking((u, p) -> p.equals(PASSWORD))),
                wrong("closes-after-failure", "after the failed login, but it was still open", StaysAfterFailure::new),
                wrong("longest", SERVED, () -> taking((u, p) -> true)),
                wrong("longest", "expected the answer to the login", SmallBuffer::new),
                wrong("every-byte", SERVED, () -> taking((u, p) -> true)),
                wrong("every-byte", "expected the answer to the login", OnlyAscii::new),
                wrong("cut-password", SERVED, () -> taking((u, p) -> PASSWORD.startsWith(p))),
                wrong("longer-password", SERVED, () -> taking((u, p) -> p.startsWith(PASSWORD))),
                wrong(
                        "longer-password",
                        SERVED,
                        () -> taking((u, p) -> p.strip().equals(PASSWORD))),
                wrong(
                        "nul-behind-password",
                        SERVED,
                        () -> taking((u, p) -> upToNul(p).equals(PASSWORD))),
                wrong(
                        "nul-behind-user",
                        SERVED,
                        () -> taking((u, p) -> upToNul(u).equals(USER))),
                wrong("password-in-other-case", SERVED, () -> taking((u, p) -> p.equalsIgnoreCase(PASSWORD))),
                wrong("empty-password", SERVED, () -> taking((u, p) -> p.isEmpty())),
                wrong("empty-user-and-password", SERVED, () -> taking((u, p) -> u.isEmpty() && p.isEmpty())),
                wrong("same-answer-for-unknown-users", "with 01 01, but an unknown user with 01 02", TellsUsers::new),
                wrong("nothing-served-after-failure", "after a failed login, but it was", FailsWithoutMeaningIt::new),
                wrong("nothing-served-behind-failure", "after a failed login, but it was", FailsWithoutMeaningIt::new),
                wrong("no-second-try", "by a second try on the same connection, but", SecondTry::new),
                wrong(
                        "other-version",
                        "after a login with a wrong password and version 00, but it was",
                        TrustsOtherVersions::new),
                wrong("not-skipped", "without a login, but it was", SkipsTheLogin::new),
                wrong("not-skipped-at-once", "without a login, but it was", SkipsTheLogin::new),
                wrong("not-without-password", "a login without a password has STATUS 00", UserIsEnough::new),
                wrong("not-by-socks4", "without a login, by SOCKS4, but it was", OtherWays::new),
                wrong("not-by-http", "without a login, by HTTP, but it was", OtherWays::new));
    }

    private static WrongServer wrong(String name, String message, Supplier<RightServer> peer) {
        return new WrongServer("login/" + name, message, peer);
    }

    /** Takes logins by a rule of its own, besides the right one. */
    private static RightServer taking(BiPredicate<String, String> good) {
        return new RightServer() {
            @Override
            protected boolean isUser(byte[] user, byte[] password) {
                return super.isUser(user, password)
                        || good.test(new String(user, ISO_8859_1), new String(password, ISO_8859_1));
            }
        };
    }

    private static RightServer answering(int... answer) {
        return new RightServer() {
            @Override
            protected void writeLoginAnswer(Session session, int status) throws IOException {
                session.write(answer);
            }
        };
    }

    private static String upToNul(String text) {
        int nul = text.indexOf('\0');
        return nul < 0 ? text : text.substring(0, nul);
    }

    private static final class NobodyIsRight extends RightServer {
        @Override
        protected boolean isUser(byte[] user, byte[] password) {
            return false;
        }
    }

    private static final class RefusesEverything extends RightServer {
        @Override
        protected void execute(Session session, Request request) throws IOException {
            throw new Refused(0x02);
        }
    }

    private static final class NeverLogin extends RightServer {
        @Override
        protected int wantedMethod() {
            return NO_AUTHENTICATION;
        }
    }

    private static final class FailsWithoutMeaningIt extends RightServer {
        @Override
        protected boolean logIn(Session session) throws IOException {
            super.logIn(session);
            return true;
        }
    }

    private static final class StaysAfterFailure extends RightServer {
        @Override
        protected void hangUp(Session session) {
            Stuck.untilClosed(session);
        }
    }

    private static final class SmallBuffer extends RightServer {
        @Override
        protected byte[][] readLogin(Session session) throws IOException {
            byte[][] login = super.readLogin(session);
            if (login[0].length + login[1].length > 256) {
                throw new ProtocolException("too long");
            }
            return login;
        }
    }

    private static final class OnlyAscii extends RightServer {
        @Override
        protected byte[][] readLogin(Session session) throws IOException {
            byte[][] login = super.readLogin(session);
            for (byte octet : login[0]) {
                if (octet < 0) {
                    throw new ProtocolException("not ASCII");
                }
            }
            return login;
        }
    }

    private static final class TellsUsers extends RightServer {
        @Override
        protected boolean logIn(Session session) throws IOException {
            byte[][] login = readLogin(session);
            writeLoginAnswer(session, new String(login[0], ISO_8859_1).equals(USER) ? 1 : 2);
            return false;
        }
    }

    private static final class SecondTry extends RightServer {
        @Override
        protected boolean logIn(Session session) throws IOException {
            boolean first = super.logIn(session);
            return first || super.logIn(session);
        }
    }

    private static final class TrustsOtherVersions extends RightServer {
        private volatile boolean trusted;

        @Override
        protected void requireLoginVersion(int version) {
            trusted = version != 1;
        }

        @Override
        protected boolean isUser(byte[] user, byte[] password) {
            return trusted || super.isUser(user, password);
        }
    }

    private static final class SkipsTheLogin extends RightServer {
        @Override
        protected boolean logIn(Session session) throws IOException {
            session.in().mark(1);
            boolean login = session.read() == 1;
            session.in().reset();
            return !login || super.logIn(session);
        }
    }

    private static final class UserIsEnough extends RightServer {
        @Override
        protected byte[][] readLogin(Session session) throws IOException {
            session.read();
            return new byte[][] {session.read(session.read()), new byte[0]};
        }

        @Override
        protected boolean isUser(byte[] user, byte[] password) {
            return true;
        }
    }

    /** Serves SOCKS4 and HTTP, and asks nobody for a login there. */
    private static final class OtherWays extends RightServer {
        @Override
        protected byte[] readGreeting(Session session) throws IOException {
            session.in().mark(1);
            int first = session.read();
            if (first == 4) {
                session.read();
                int port = session.readShort();
                dial(new InetSocketAddress(InetAddress.getByAddress(session.read(4)), port));
            } else if (first == 'C') {
                String line = new String(session.read(40), ISO_8859_1).toLowerCase(Locale.ROOT);
                String port = line.substring(line.indexOf(':') + 1, line.indexOf(" http"));
                dial(new InetSocketAddress("127.0.0.1", Integer.parseInt(port)));
            }
            session.in().reset();
            return super.readGreeting(session);
        }
    }
}
