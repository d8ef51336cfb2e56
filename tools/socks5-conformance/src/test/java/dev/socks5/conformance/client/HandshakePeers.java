package dev.socks5.conformance.client;

import dev.socks5.conformance.peer.RightClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.function.Supplier;

/** The wrong peers of the groups "greeting" and "selection". */
final class HandshakePeers {

    private HandshakePeers() {}

    static List<WrongClient> all() {
        return List.of(
                wrong("greeting/version", "expected 05 as the first byte, but 04 came", () -> greeting(4, 1, 0)),
                wrong("greeting/methods", "expected as many methods as NMETHODS says", () -> greeting(5, 3, 0)),
                wrong("greeting/methods", "NMETHODS is 0", () -> greeting(5, 0)),
                wrong("greeting/no-login", "expected method 00 among those offered", () -> greeting(5, 1, 2)),
                wrong("greeting/no-login", "expected a request", Silent::new),
                wrong("greeting/none-is-no-method", "expected no method FF", () -> greeting(5, 2, 0, 255)),
                wrong(
                        "greeting/login-not-given",
                        "nothing may be sent after the selection of method 02",
                        () -> new Invents(5, 2, 0, 2)),
                wrong("selection/none-acceptable", "after method FF, but 05 01", Faults.AnyMethod::new),
                wrong("selection/none-acceptable", "still open", Stays::new),
                wrong("selection/not-offered-gssapi", "selection of method 01, which was", Faults.AnyMethod::new),
                wrong("selection/not-offered-password", "selection of method 02, which was", Faults.AnyMethod::new),
                wrong("selection/not-offered-password", "but 01 00 00 came", () -> new Invents(5, 1, 0)),
                wrong("selection/not-offered-unassigned", "selection of method 5A, which was", Faults.AnyMethod::new),
                wrong("selection/not-offered-private", "selection of method 80, which was", Faults.AnyMethod::new),
                wrong("selection/wrong-version", "no message of SOCKS5 after 04 00, but 05 01", Faults.AnyVersion::new),
                wrong("selection/version-0", "no message of SOCKS5 after 00 5B", Faults.AnyMethod::new),
                wrong("selection/http", "no message of SOCKS5 after 48 54", Faults.AnyMethod::new),
                wrong("selection/in-pieces", "nothing may come between the two bytes", Faults.ReadsOnce::new),
                wrong("time/no-selection", "when the selection did not come", Faults.WaitsForEver::new),
                wrong("time/no-reply", "when the reply did not come", Faults.WaitsForEver::new));
    }

    private static WrongClient wrong(String id, String message, Supplier<RightClient> peer) {
        return new WrongClient(id, message, peer);
    }

    private static RightClient greeting(int... bytes) {
        return new RightClient() {
            @Override
            protected byte[] greeting(boolean withLogin) {
                return bytes(bytes);
            }
        };
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static final class Silent extends RightClient {
        @Override
        protected int readSelection(InputStream in) {
            hang();
            return 0;
        }
    }

    private static final class Stays extends RightClient {
        @Override
        protected void otherMethod(Socket socket, Task task, int method) {
            hang();
        }
    }

    /** Logs in without having been given a login. */
    private static final class Invents extends RightClient {
        private final byte[] greeting;

        Invents(int... greeting) {
            this.greeting = bytes(greeting);
        }

        @Override
        protected byte[] greeting(boolean withLogin) {
            return greeting;
        }

        @Override
        protected void otherMethod(Socket socket, Task task, int method) throws IOException {
            send(socket, login("", ""));
            readLoginAnswer(socket.getInputStream());
        }
    }
}
