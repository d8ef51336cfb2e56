package dev.socks5.conformance.client;

import dev.socks5.conformance.peer.RightClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** The wrong peers of the groups "reply", "code" and "bound". */
final class ReplyPeers {

    private ReplyPeers() {}

    static List<WrongClient> all() {
        List<WrongClient> all = new ArrayList<>(List.of(
                wrong(
                        "reply/success",
                        "own bytes in the tunnel, but the connection was closed",
                        () -> taking(c -> false)),
                wrong("reply/success", "own bytes in the tunnel, GET /", Repeats::new),
                wrong("reply/success", "was not printed: the program ended with success", Mute::new),
                wrong("reply/in-pieces", "tunnel, but the connection was closed", LosesPieces::new),
                wrong("reply/name-in-pieces", "tunnel, but the connection was closed", LosesPieces::new),
                wrong("reply/first-half-waits", "nothing may come between the halves", FourBytes::new),
                wrong("reply/late", "expected the program to wait for the reply", Impatient::new),
                wrong("reply/page-behind", "was not printed", Faults.ReadsTooMuch::new),
                wrong("reply/reserved-not-zero", "but it did neither", MinedReserved::new),
                wrong("reply/reserved-not-zero", "but 05 came", Repeats::new),
                wrong("reply/wrong-version", "after the reply 04 00", Faults.AnyVersion::new),
                wrong("reply/unknown-address-type", "after the reply 05 00 00 05", AlwaysIpv4::new),
                wrong("reply/address-type-0", "after the reply 05 00 00 00", NoAddress::new),
                wrong("code/two-bytes", "after a failure of two bytes", Faults.ReadsZerosAnyReply::new),
                wrong("code/two-bytes", "expected the program to end", Faults.HangsAtFailure::new),
                wrong("code/page-behind", "the page was printed after a failure", PrintsAnyway::new),
                wrong("code/page-behind", "nothing may be sent after a failure", Faults.AnyReply::new),
                wrong("code/with-a-name", "nothing may be sent after a failure with a name", NamesAreSuccess::new),
                wrong("bound/ipv4", "the connection was closed without a byte", OnlyZeros::new),
                wrong("bound/ipv6", "were taken for the first bytes of the tunnel", AlwaysIpv4::new),
                wrong("bound/name", "were taken for the first bytes of the tunnel", AlwaysIpv4::new),
                wrong("bound/shortest-name", "own bytes in the tunnel, but nothing came", TenBytes::new),
                wrong("bound/longest-name", "connection was closed without a byte", SignedLength::new),
                wrong("bound/empty-name", "but it did neither", WaitsForName::new),
                wrong(
                        "bound/address-not-contacted",
                        "may not be connected to because the reply names it",
                        Curious::new),
                wrong("bound/name-not-contacted", "may not be connected to because the reply names it", Curious::new)));
        for (String code : List.of("01", "02", "03", "04", "05", "06", "07", "08", "09", "5A", "80", "F0", "FF")) {
            int rep = Integer.parseInt(code, 16);
            all.add(wrong(
                    "code/" + code.toLowerCase(Locale.ROOT),
                    "nothing may be sent after a reply with REP " + code + ", but 47 45 54",
                    () -> taking(given -> given == 0 || given == rep)));
        }
        return all;
    }

    private static WrongClient wrong(String id, String message, Supplier<RightClient> peer) {
        return new WrongClient(id, message, peer);
    }

    private static RightClient taking(IntPredicate success) {
        return new RightClient() {
            @Override
            protected void requireSuccess(InputStream in, int code) throws IOException {
                require(success.test(code), "reply " + code);
            }
        };
    }

    private static final class Repeats extends RightClient {
        @Override
        protected void tunnel(Socket socket, Task task, OutputStream out) throws IOException {
            send(socket, request(CONNECT, task.host(), task.port()));
            super.tunnel(socket, task, out);
        }
    }

    private static final class Mute extends RightClient {
        @Override
        protected void print(InputStream in, OutputStream out) {}
    }

    /** Takes one segment for a whole reply, and drops the rest of it and of the page. */
    private static final class LosesPieces extends RightClient {
        @Override
        protected byte[] read(InputStream in, int count) throws IOException {
            byte[] bytes = new byte[count];
            require(in.read(bytes) == count, "a message was cut");
            return bytes;
        }
    }

    private static final class Impatient extends RightClient {
        @Override
        protected void connect(Socket socket, Task task, OutputStream out) throws IOException {
            socket.setSoTimeout(1);
            super.connect(socket, task, out);
        }
    }

    private static final class MinedReserved extends RightClient {
        @Override
        protected void checkReserved(InputStream in, int reserved) {
            if (reserved != 0) {
                hang();
            }
        }
    }

    /** Takes every address for one of IPv4. */
    private static final class AlwaysIpv4 extends RightClient {
        @Override
        protected byte[] readAddress(InputStream in, int type) throws IOException {
            return read(in, 4);
        }
    }

    /** Takes the beginning of a reply for all of it. */
    private static final class FourBytes extends RightClient {
        @Override
        protected InetSocketAddress readReply(InputStream in) throws IOException {
            requireSuccess(in, read(in, 4)[1]);
            return new InetSocketAddress(0);
        }
    }

    /** Takes every reply for at least as long as one with an IPv4 address. */
    private static final class TenBytes extends RightClient {
        @Override
        protected byte[] readName(InputStream in, int length) throws IOException {
            return super.readName(in, Math.max(length, 3));
        }
    }

    private static final class NoAddress extends RightClient {
        @Override
        protected byte[] readAddress(InputStream in, int type) throws IOException {
            return type == 0 ? new byte[4] : super.readAddress(in, type);
        }
    }

    /** Says what the proxy has sent with its refusal. */
    private static final class PrintsAnyway extends RightClient {
        private byte[] behind = new byte[0];

        @Override
        protected void requireSuccess(InputStream in, int code) throws IOException {
            if (code != 0) {
                behind = in.readAllBytes();
                require(false, "refused");
            }
        }

        @Override
        protected void failed(IOException failure, Task task, OutputStream out) throws IOException {
            out.write(behind);
        }
    }

    private static final class OnlyZeros extends RightClient {
        @Override
        protected void bound(InetSocketAddress address) throws IOException {
            require(address.getPort() == 0, "an address");
        }
    }

    private static final class NamesAreSuccess extends RightClient {
        @Override
        protected void requireSuccess(InputStream in, int code) {}

        @Override
        protected byte[] readAddress(InputStream in, int type) throws IOException {
            require(type == 3, "refused");
            return super.readAddress(in, type);
        }
    }

    private static final class SignedLength extends RightClient {
        @Override
        protected byte[] readName(InputStream in, int length) throws IOException {
            require(length <= Byte.MAX_VALUE, "a negative length");
            return super.readName(in, length);
        }
    }

    private static final class WaitsForName extends RightClient {
        @Override
        protected byte[] readName(InputStream in, int length) throws IOException {
            return read(in, length == 0 ? 256 : length);
        }
    }

    private static final class Curious extends RightClient {
        @Override
        protected void bound(InetSocketAddress address) throws IOException {
            if (address.getPort() != 0) {
                new Socket(address.getHostString(), address.getPort()).close();
            }
        }
    }
}
