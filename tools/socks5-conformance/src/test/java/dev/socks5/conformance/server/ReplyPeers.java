package dev.socks5.conformance.server;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Request;
import dev.socks5.conformance.peer.Refused;
import dev.socks5.conformance.peer.RightServer;
import dev.socks5.conformance.peer.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The wrong peers of the group "reply". */
final class ReplyPeers {

    private ReplyPeers() {}

    static List<WrongServer> all() {
        return List.of(
                wrong("layout", "VER of the reply should be 05, but is 00", () -> with(0, 0)),
                wrong("layout", "RSV of the reply should be 00, but is 01", () -> with(2, 1)),
                wrong("layout", "ATYP of the reply should be 01, 03 or 04, but is 02", () -> with(3, 2)),
                wrong("layout", "expected REP 00, but the reply has 01", () -> with(1, 1)),
                wrong("layout", "expected BND.ADDR and BND.PORT (6 bytes), but", () -> cut(9)),
                wrong("layout-of-failure", "expected VER, REP, RSV and ATYP of a reply (4 bytes), but", () -> cut(2)),
                wrong("layout-of-failure", "should be assigned, 01 to 08, but is 09", () -> with(1, 9)),
                wrong("layout-of-failure", "should be assigned, 01 to 08, but is FF", () -> with(1, 0xFF)),
                wrong("layout-of-failure", "expected a failure, but the reply says success", () -> with(1, 0)),
                wrong("nothing-behind", "between the reply and the origin's first bytes, but 00", () -> cut(11)),
                wrong("before-the-origins-bytes", "expected a reply, but 32 came", ReplyLast::new),
                wrong("before-the-origins-bytes", "expected the origin's first bytes (11 bytes), but", LosesAByte::new),
                wrong("before-the-origins-bytes", "expected the origin's first bytes, 32", RequestPeers.Garbles::new),
                wrong("bound-address", "BND.ADDR and BND.PORT are those of the destination", TellsTheDestination::new),
                wrong("bound-address", "are those on which the server listens", TellsItself::new),
                wrong("refused", "refused, but the reply says host unreachable (0x04)", () -> failing(4)),
                wrong("refused", "says failure, but it says success", RequestPeers.Pretends::new),
                wrong("refused-ipv6", "refused, but the reply says host unreachable (0x04)", () -> failing(4)),
                wrong("name-not-found", "does not exist, but the reply says address type", () -> notFinding(8)),
                wrong("name-not-found", "but the reply says success", RequestPeers.Pretends::new),
                wrong("unreachable", "says failure, but it says success", RequestPeers.Pretends::new),
                wrong("unreachable", "expected a reply, but the connection was closed", HangsUp::new),
                wrong("closes-after-failure", "after the reply, but it was still open", StaysAfterFailure::new),
                wrong("closes-after-failure", "after the reply, but 00 came", () -> cut(11)),
                wrong("nothing-served-after-failure", "after a failure, but it was", GoesOn::new),
                wrong("failure-is-not-lost", "the connection was reset behind the reply", Resets::new));
    }

    private static WrongServer wrong(String name, String message, Supplier<RightServer> peer) {
        return new WrongServer("reply/" + name, message, peer);
    }

    /** Changes one byte of each reply. */
    private static RightServer with(int index, int value) {
        return changing(reply -> {
            reply[index] = (byte) value;
            return reply;
        });
    }

    /** Makes each reply shorter, or longer with zeros. */
    private static RightServer cut(int length) {
        return changing(reply -> Arrays.copyOf(reply, length));
    }

    private static RightServer changing(UnaryOperator<byte[]> change) {
        return new RightServer() {
            @Override
            protected byte[] reply(int code, InetSocketAddress bound) {
                return change.apply(super.reply(code, bound));
            }
        };
    }

    private static final class ReplyLast extends RightServer {
        @Override
        protected void connect(Session session, Request request) throws IOException {
            try (Socket destination = dial(request.destination().toInetSocketAddress())) {
                session.write(destination.getInputStream().readNBytes(5));
                writeReply(session, 0, bound(destination));
            }
        }
    }

    private static final class LosesAByte extends RightServer {
        @Override
        protected void pass(byte[] buffer, int count, Socket to) throws IOException {
            super.pass(Arrays.copyOfRange(buffer, 1, count + 1), count - 1, to);
        }
    }

    private static final class TellsTheDestination extends RightServer {
        @Override
        protected InetSocketAddress bound(Socket destination) {
            return (InetSocketAddress) destination.getRemoteSocketAddress();
        }
    }

    private static final class TellsItself extends RightServer {
        @Override
        protected InetSocketAddress bound(Socket destination) {
            return address();
        }
    }

    private static RightServer failing(int code) {
        return new RightServer() {
            @Override
            protected int code(IOException failure) {
                return code;
            }
        };
    }

    private static RightServer notFinding(int code) {
        return new RightServer() {
            @Override
            protected List<InetAddress> lookUp(DomainName destination) throws IOException {
                throw new Refused(code);
            }
        };
    }

    private static final class HangsUp extends RightServer {
        @Override
        protected void connect(Session session, Request request) throws IOException {
            throw new ProtocolException("no reply");
        }
    }

    private static final class StaysAfterFailure extends RightServer {
        @Override
        protected void hangUp(Session session) {
            Stuck.untilClosed(session);
        }
    }

    private static final class GoesOn extends RightServer {
        @Override
        protected void hangUp(Session session) throws IOException {
            execute(session, readRequest(session));
        }
    }

    private static final class Resets extends RightServer {
        @Override
        protected void hangUp(Session session) {
            reset(session.socket());
        }
    }
}
