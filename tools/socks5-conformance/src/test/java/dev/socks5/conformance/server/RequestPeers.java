package dev.socks5.conformance.server;

import dev.socks5.codec.Address;
import dev.socks5.codec.Ipv6Address;
import dev.socks5.codec.Request;
import dev.socks5.conformance.peer.Refused;
import dev.socks5.conformance.peer.RightServer;
import dev.socks5.conformance.peer.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.List;
import java.util.function.Supplier;

/** The wrong peers of the group "request". */
final class RequestPeers {

    private RequestPeers() {}

    static List<WrongServer> all() {
        return List.of(
                wrong("connect-ipv4", "expected what the client sent (5 bytes), but", Swallows::new),
                wrong("connect-ipv4", "expected what the client sent, 68 65 6C 6C 6F, but", Garbles::new),
                wrong("connect-ipv4", "success, but it says connection refused (0x05)", SwapsPorts::new),
                wrong("connect-ipv6", "success, but it says address type not supported", OnlyIpv4::new),
                wrong("connect-name", "success, but it says address type not supported", OnlyIpv4::new),
                wrong("origin-gets-nothing-else", "nothing may come to the origin before", ToldToTheOrigin::new),
                wrong("second-request-is-data", "expected the second request as data", SecondRequest::new),
                wrong("second-request-is-data", "by what a client sends in its tunnel, but it was", ReadsAlong::new),
                wrong("reserved-byte", "RSV 01 has neither an answer nor an end", ReservedIsStuck::new),
                wrong("other-version", "by a request of version 00, but", AnyVersion::new),
                wrong("unknown-command", "says failure, but it says success", EverythingIsConnect::new),
                wrong(
                        "unknown-command",
                        "expected 07, 01 or 02 for command 00, but the reply has 05",
                        () -> refusing(5)),
                wrong("unknown-command", "expected a reply, but the connection was closed", HangsUpOnCommands::new),
                wrong("tor-commands", "by RESOLVE (0xF0), but it was", EverythingIsConnect::new),
                wrong("unknown-address-type", "for address type 00, but the reply has 04", () -> refusingTypes(4)),
                wrong("unknown-address-type", "expected a reply, but the connection was closed", HangsUpOnTypes::new),
                wrong("empty-name", "a name of no bytes is answered with success", EmptyIsLocalhost::new),
                wrong("longest-name", "but the reply says success", Pretends::new),
                wrong("longest-name", "but the reply says success", PretendsForLabels::new),
                wrong("port-zero", "says failure, but it says success", Pretends::new),
                wrong("ipv4-mapped", "expected a reply, but nothing came", NoMapped::new),
                wrong("ipv4-mapped", "expected a connection at the destination", Pretends::new));
    }

    private static WrongServer wrong(String name, String message, Supplier<RightServer> peer) {
        return new WrongServer("request/" + name, message, peer);
    }

    private static final class Swallows extends RightServer {
        @Override
        protected void pass(byte[] buffer, int count, Socket to) {}
    }

    static final class Garbles extends RightServer {
        @Override
        protected void pass(byte[] buffer, int count, Socket to) throws IOException {
            buffer[count - 1] ^= 1;
            super.pass(buffer, count, to);
        }
    }

    /** Passes on what looks like a request, and carries it out as well. */
    private static final class ReadsAlong extends RightServer {
        @Override
        protected void pass(byte[] buffer, int count, Socket to) throws IOException {
            super.pass(buffer, count, to);
            dial((InetSocketAddress) to.getRemoteSocketAddress());
        }
    }

    private static final class PretendsForLabels extends RightServer {
        @Override
        protected void connect(Session session, Request request) throws IOException {
            if (request.destination().toString().contains(".")) {
                writeReply(session, 0, NO_ADDRESS);
                return;
            }
            super.connect(session, request);
        }
    }

    private static final class SwapsPorts extends RightServer {
        @Override
        protected Socket dial(InetSocketAddress address) throws IOException {
            int swapped = Short.toUnsignedInt(Short.reverseBytes((short) address.getPort()));
            return super.dial(new InetSocketAddress(address.getAddress(), swapped));
        }
    }

    private static final class OnlyIpv4 extends RightServer {
        @Override
        protected Address readAddress(Session session, int type) throws IOException {
            if (type != 1) {
                throw new Refused(0x08);
            }
            return super.readAddress(session, type);
        }
    }

    private static final class ToldToTheOrigin extends RightServer {
        @Override
        protected void relay(Session session, Socket destination) throws IOException {
            destination.getOutputStream().write('P');
            super.relay(session, destination);
        }
    }

    private static final class SecondRequest extends RightServer {
        @Override
        protected void relay(Session session, Socket destination) throws IOException {
            execute(session, readRequest(session));
        }
    }

    private static final class ReservedIsStuck extends RightServer {
        @Override
        protected void readReserved(Session session) throws IOException {
            if (session.read() != 0) {
                Stuck.untilClosed(session);
            }
        }
    }

    private static final class AnyVersion extends RightServer {
        @Override
        protected void requireVersion(int version) {}
    }

    private static final class EverythingIsConnect extends RightServer {
        @Override
        protected void execute(Session session, Request request) throws IOException {
            connect(session, request);
        }
    }

    private static RightServer refusing(int code) {
        return new RightServer() {
            @Override
            protected void execute(Session session, Request request) throws IOException {
                throw new Refused(code);
            }
        };
    }

    private static final class HangsUpOnCommands extends RightServer {
        @Override
        protected void execute(Session session, Request request) {
            session.close();
        }
    }

    private static RightServer refusingTypes(int code) {
        return new RightServer() {
            @Override
            protected Address readAddress(Session session, int type) throws IOException {
                throw new Refused(code);
            }
        };
    }

    private static final class HangsUpOnTypes extends RightServer {
        @Override
        protected Address readAddress(Session session, int type) throws IOException {
            throw new ProtocolException("address type " + type);
        }
    }

    private static final class EmptyIsLocalhost extends RightServer {
        @Override
        protected Address readName(Session session) throws IOException {
            session.in().mark(1);
            if (session.read() == 0) {
                return Address.of(InetAddress.getLoopbackAddress());
            }
            session.in().reset();
            return super.readName(session);
        }
    }

    /** Says that it has connected, and has not. */
    static final class Pretends extends RightServer {
        @Override
        protected void connect(Session session, Request request) throws IOException {
            writeReply(session, 0, NO_ADDRESS);
            Stuck.untilClosed(session);
        }
    }

    private static final class NoMapped extends RightServer {
        @Override
        protected void connect(Session session, Request request) throws IOException {
            if (request.destination().address() instanceof Ipv6Address) {
                Stuck.untilClosed(session);
            }
            super.connect(session, request);
        }
    }
}
