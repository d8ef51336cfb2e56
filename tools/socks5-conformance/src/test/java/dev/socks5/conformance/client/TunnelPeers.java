package dev.socks5.conformance.client;

import dev.socks5.conformance.peer.RightClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.function.Supplier;

/** The wrong peers of the groups "end", "tunnel" and "direct". */
final class TunnelPeers {

    private static final int PART = 64 * 1024;

    private TunnelPeers() {}

    static List<WrongClient> all() {
        return List.of(
                wrong("end/before-selection", "nothing may be sent after the end", Faults.ReadsZeros::new),
                wrong("end/before-selection", "expected the program to end after", Faults.HangsAtFailure::new),
                wrong("end/within-selection", "nothing may be sent after the end", Faults.ReadsOnce::new),
                wrong("end/before-reply", "nothing may be sent after the end", Faults.ReadsZeros::new),
                wrong("end/before-reply", "expected the program to end after", Faults.HangsAtFailure::new),
                wrong("end/within-reply-1", "nothing may be sent after the end", Faults.ReadsZeros::new),
                wrong("end/within-reply-2", "nothing may be sent after the end", Faults.ReadsZeros::new),
                wrong("end/within-reply-4", "nothing may be sent after the end", Faults.ReadsZeros::new),
                wrong("end/within-reply-9", "nothing may be sent after the end", Faults.ReadsZeros::new),
                wrong("end/within-name", "nothing may be sent after the end", Faults.ReadsZeros::new),
                wrong("end/reset-before-selection", "expected the program to end after", Faults.HangsAtFailure::new),
                wrong("end/reset-before-reply", "expected the program to end after", Faults.HangsAtFailure::new),
                wrong("tunnel/large", "was not printed", Cuts::new),
                wrong("tunnel/in-pieces", "was not printed", PrintsOnce::new),
                wrong("tunnel/end-of-page", "expected the program to end after the end of", HangsAtEnd::new),
                wrong("tunnel/ended", "expected the program to end after", HangsAtEnd::new),
                wrong("tunnel/reset", "expected the program to end after", Faults.HangsAtFailure::new),
                wrong("direct/success", "by itself after a success", LooksAhead::new),
                wrong("direct/proxy-not-there", "by itself after the proxy had refused", Faults.GoesDirect::new),
                wrong("direct/proxy-closes", "by itself after the proxy had closed", Faults.GoesDirect::new),
                wrong("direct/none-acceptable", "by itself after the proxy had refused", Faults.GoesDirect::new),
                wrong("direct/refused", "by itself after the proxy had refused", Faults.GoesDirect::new),
                wrong("direct/login-refused", "by itself after the proxy had refused", Faults.GoesDirect::new));
    }

    private static WrongClient wrong(String id, String message, Supplier<RightClient> peer) {
        return new WrongClient(id, message, peer);
    }

    private static final class Cuts extends RightClient {
        @Override
        protected void print(InputStream in, OutputStream out) throws IOException {
            out.write(in.readNBytes(PART));
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static final class PrintsOnce extends RightClient {
        @Override
        protected void print(InputStream in, OutputStream out) throws IOException {
            byte[] some = new byte[PART];
            out.write(some, 0, in.read(some));
        }
    }

    private static final class HangsAtEnd extends RightClient {
        @Override
        protected void print(InputStream in, OutputStream out) throws IOException {
            super.print(in, out);
            hang();
        }
    }

    /** Connects to the destination before it uses the proxy. */
    private static final class LooksAhead extends RightClient {
        @Override
        protected void before(Task task) throws IOException {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(task.host(), task.port()));
            }
        }
    }
}
