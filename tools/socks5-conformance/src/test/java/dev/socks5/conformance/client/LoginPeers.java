package dev.socks5.conformance.client;

import dev.socks5.conformance.peer.RightClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** The wrong peers of the group "login". */
final class LoginPeers {

    private static final int MOST = 127;

    private LoginPeers() {}

    static List<WrongClient> all() {
        return List.of(
                wrong("message", "user name and password by RFC 1929, but 05 came, which is none", WrongVersion::new),
                wrong("message", "expected method 02 among those offered", NotOffered::new),
                wrong("message", "the password that were given, but others came", Swapped::new),
                wrong("message", "the password that were given, but others came", OtherUser::new),
                wrong("message", "the password that were given, but others came", NoPassword::new),
                wrong("longest", "the password that were given, but others came", Cuts::new),
                wrong("success", "expected a request, but the connection was closed", () -> taking(status -> false)),
                wrong("not-asked-for", "the password was sent", Eager::new),
                wrong("not-asked-for", "00, which was not offered", OnlyLogin::new),
                wrong("not-through-the-tunnel", "was sent through the tunnel", Leaks::new),
                wrong("refused-01", "nothing may be sent after status 01, but 05 01", () -> taking(status -> true)),
                wrong("refused-02", "nothing may be sent after status 02", () -> taking(status -> status != 1)),
                wrong("refused-80", "nothing may be sent after status 80", () -> taking(status -> status <= 0)),
                wrong("refused-ff", "nothing may be sent after status FF", () -> taking(status -> status <= 0)),
                wrong("answer-version-5", "but neither came", Stops::new),
                wrong("answer-version-5", "but 01 came", Eager::new),
                wrong("answer-in-pieces", "between the two bytes of the answer", Faults.ReadsOnce::new),
                wrong("answer-cut", "after half an answer", Faults.ReadsOnce::new),
                wrong("answer-cut", "expected the program to end", Faults.HangsAtFailure::new));
    }

    private static WrongClient wrong(String name, String message, Supplier<RightClient> peer) {
        return new WrongClient("login/" + name, message, peer);
    }

    private static RightClient taking(IntPredicate success) {
        return new RightClient() {
            @Override
            protected void requireStatus(int status) throws IOException {
                require(success.test(status), "status " + status);
            }
        };
    }

    private static final class WrongVersion extends RightClient {
        @Override
        protected byte[] login(String user, String password) {
            byte[] login = super.login(user, password);
            login[0] = 5;
            return login;
        }
    }

    private static final class NotOffered extends RightClient {
        @Override
        protected byte[] greeting(boolean withLogin) {
            return super.greeting(false);
        }
    }

    private static final class Swapped extends RightClient {
        @Override
        protected byte[] login(String user, String password) {
            return super.login(password, user);
        }
    }

    private static final class OtherUser extends RightClient {
        @Override
        protected byte[] login(String user, String password) {
            return super.login(user + '\0', password);
        }
    }

    private static final class NoPassword extends RightClient {
        @Override
        protected byte[] login(String user, String password) {
            return super.login(user, "x");
        }
    }

    private static final class Cuts extends RightClient {
        @Override
        protected byte[] login(String user, String password) {
            return super.login(cut(user), cut(password));
        }

        private static String cut(String text) {
            return text.substring(0, Math.min(text.length(), MOST));
        }
    }

    /** Sends the login whether it is asked for or not. */
    private static final class Eager extends RightClient {
        @Override
        protected void negotiate(Socket socket, Kind kind, Task task) throws IOException {
            super.negotiate(socket, kind, task);
            send(socket, login(task.user(), task.password()));
        }
    }

    /** Offers nothing except the login, and goes on without it. */
    private static final class OnlyLogin extends RightClient {
        @Override
        protected byte[] greeting(boolean withLogin) {
            return new byte[] {5, 1, 2};
        }
    }

    private static final class Leaks extends RightClient {
        @Override
        protected String field(Task task) {
            return "Proxy-Authorization: " + task.password() + "\r\n";
        }
    }

    private static final class Stops extends RightClient {
        @Override
        protected void readLoginAnswer(InputStream in) throws IOException {
            if (read(in, 2)[0] != 1) {
                hang();
            }
        }
    }
}
