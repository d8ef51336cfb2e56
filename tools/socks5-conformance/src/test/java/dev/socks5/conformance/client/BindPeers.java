package dev.socks5.conformance.client;

import dev.socks5.conformance.peer.RightClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.function.Supplier;

/** The wrong peers of the group "bind". */
final class BindPeers {

    private BindPeers() {}

    static List<WrongClient> all() {
        return List.of(
                wrong("request", "expected the command BIND", Connects::new),
                wrong("two-replies", "nothing may come between the two replies", OneReply::new),
                wrong("two-replies", "was not printed", Mute::new),
                wrong("replies-together", "was not printed", Faults.ReadsTooMuch::new),
                wrong("replies-in-pieces", "the connection was closed, and", Faults.ReadsTooMuch::new),
                wrong("first-fails", "nothing may be sent after a first reply", FirstDoesNotMatter::new),
                wrong("first-fails", "expected the program to end after a first reply", Faults.HangsAtFailure::new),
                wrong("second-fails", "printed after a second reply", Faults.AnyReply::new),
                wrong("second-fails", "expected the program to end after a second reply", Faults.HangsAtFailure::new),
                wrong("cut", "expected the program to end", Faults.HangsAtFailure::new));
    }

    private static WrongClient wrong(String name, String message, Supplier<RightClient> peer) {
        return new WrongClient("bind/" + name, message, peer);
    }

    private static final class Connects extends RightClient {
        @Override
        protected byte[] request(int command, String host, int port) throws IOException {
            return super.request(CONNECT, host, port);
        }
    }

    /** Sends as soon as it has the first reply. */
    private static final class OneReply extends RightClient {
        @Override
        protected void bind(Socket socket, Task task, OutputStream out) throws IOException {
            send(socket, request(BIND, task.host(), task.port()));
            readReply(socket.getInputStream());
            send(socket, ascii("hello\r\n"));
            print(socket.getInputStream(), out);
        }
    }

    private static final class Mute extends RightClient {
        @Override
        protected void print(InputStream in, OutputStream out) {}
    }

    /** Begins anew on the same connection when the first reply says failure. */
    private static final class FirstDoesNotMatter extends RightClient {
        @Override
        protected void bind(Socket socket, Task task, OutputStream out) throws IOException {
            try {
                super.bind(socket, task, out);
            } catch (IOException e) {
                super.bind(socket, task, out);
            }
        }
    }
}
