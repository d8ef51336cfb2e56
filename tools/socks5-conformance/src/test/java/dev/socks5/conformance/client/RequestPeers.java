package dev.socks5.conformance.client;

import dev.socks5.conformance.peer.RightClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The wrong peers of the group "request". */
final class RequestPeers {

    private static final int SHORT_NAME = 64;
    private static final int SIGNED_SHORT = 0x7FFF;

    private RequestPeers() {}

    static List<WrongClient> all() {
        return List.of(
                wrong("layout", "begins with 05 01 00, but 05 01 01", Reserved::new),
                wrong("layout", "begins with 05 01 00, but 04 01 00", () -> beginning(0, 4)),
                wrong("layout", "expected an address type of 01, 03 or 04", () -> beginning(3, 2)),
                wrong("port", "expected port 65244, but 56574 came", () -> port(p -> Short.reverseBytes((short) p))),
                wrong("port", "expected port 65244, but 32476 came", () -> port(p -> p & SIGNED_SHORT)),
                wrong("name", "expected the name conformance.invalid", () -> named(name -> name.substring(1))),
                wrong("name-without-nul", "it ends with one", () -> named(name -> name + '\0')),
                wrong("name-of-253-bytes", "expected the whole name", () -> named(RequestPeers::cut)),
                wrong("ipv4", "expected 127.83.5.9 and port 18529, but 9.5.83.127", Reversed::new),
                wrong("ipv6", "and port 18529, but [c0b:", Reversed::new),
                wrong("ipv4-as-such", "a name came that spells it", Spelled::new),
                wrong("ipv6-as-such", "a name came that spells it", Spelled::new),
                wrong("name-not-looked-up", "none came: the program ended with", LooksUp::new),
                wrong("name-not-looked-up", "expected a name in the request", SendsAddress::new));
    }

    private static WrongClient wrong(String name, String message, Supplier<RightClient> peer) {
        return new WrongClient("request/" + name, message, peer);
    }

    private static String cut(String name) {
        return name.substring(0, Math.min(name.length(), SHORT_NAME));
    }

    private static RightClient beginning(int index, int value) {
        return new RightClient() {
            @Override
            protected byte[] request(int command, String host, int port) throws IOException {
                byte[] request = super.request(command, host, port);
                request[index] = (byte) value;
                return request;
            }
        };
    }

    private static RightClient port(IntUnaryOperator change) {
        return new RightClient() {
            @Override
            protected byte[] port(int port) {
                return super.port(change.applyAsInt(port));
            }
        };
    }

    private static RightClient named(UnaryOperator<String> change) {
        return new RightClient() {
            @Override
            protected byte[] name(String name) throws IOException {
                return super.name(change.apply(name));
            }
        };
    }

    private static final class Reserved extends RightClient {
        @Override
        protected int reserved() {
            return 1;
        }
    }

    private static final class Reversed extends RightClient {
        @Override
        protected byte[] octets(String address) throws IOException {
            byte[] octets = super.octets(address);
            byte[] reversed = new byte[octets.length];
            for (int i = 0; i < octets.length; i++) {
                reversed[i] = octets[octets.length - 1 - i];
            }
            return reversed;
        }
    }

    private static final class Spelled extends RightClient {
        @Override
        protected byte[] destination(String host) throws IOException {
            return name(host);
        }
    }

    private static final class LooksUp extends RightClient {
        @Override
        protected void before(Task task) throws IOException {
            // As the resolver says of such a name; here without asking it.
            throw new UnknownHostException(task.host());
        }
    }

    private static final class SendsAddress extends RightClient {
        @Override
        protected byte[] name(String name) throws IOException {
            return destination("127.0.0.1");
        }

        @Override
        protected void failed(IOException failure, Task task, OutputStream out) {}
    }
}
