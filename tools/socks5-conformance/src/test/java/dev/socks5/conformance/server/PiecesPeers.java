package dev.socks5.conformance.server;

import dev.socks5.codec.Request;
import dev.socks5.conformance.peer.RightServer;
import dev.socks5.conformance.peer.Session;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.List;
import java.util.function.Supplier;

/** The wrong peers of the group "pieces". */
final class PiecesPeers {

    private static final String CLOSED = "the connection was";
    private static final String NO_REPLY = "expected a reply, but nothing came in";

    private PiecesPeers() {}

    static List<WrongServer> all() {
        return List.of(
                wrong("byte-by-byte", CLOSED, MessagesWhole::new),
                wrong("each-message-cut", CLOSED, MessagesWhole::new),
                wrong("name-cut", CLOSED, MessagesWhole::new),
                wrong("ipv6-cut", CLOSED, MessagesWhole::new),
                wrong("longest-greeting", CLOSED, SignedLength::new),
                wrong("slow-client", CLOSED, Impatient::new),
                wrong("data-with-request", "expected hello (5 bytes), but nothing came", DropsTheRest::new),
                wrong("data-with-request", NO_REPLY, RepliesNever::new),
                wrong("request-with-negotiation", NO_REPLY, DropsTheRest::new),
                wrong("request-with-login", NO_REPLY, DropsTheRest::new),
                wrong("login-with-greeting", "expected the answer to the login, but nothing came", DropsTheRest::new),
                wrong("all-at-once", NO_REPLY, DropsTheRest::new),
                wrong("all-at-once", "expected hello (5 bytes), but nothing came", DropsData::new),
                wrong("all-cut", "expected hello (5 bytes), but nothing came", DropsData::new),
                wrong("all-cut", NO_REPLY, DropsTheRest::new),
                wrong("all-cut", CLOSED, MessagesWhole::new),
                wrong("end-inside-greeting", "after an end inside the greeting, but it was still", StuckAtEnd::new),
                wrong("end-inside-login", "after an end inside the login, but it was still", StuckAtEnd::new),
                wrong("end-inside-request", "after an end inside the request, but it was still", StuckAtEnd::new),
                wrong(
                        "end-inside-request",
                        "a request that is not complete is answered with success",
                        MakesUpTheRest::new),
                wrong("reset-inside-request", "connection", FallsWithItsClients::new),
                wrong("end-behind-request", "the connection was", HangsUpAtEnd::new),
                wrong("much-data-with-request", "expected what was sent ahead (65536 bytes), but", DropsTheRest::new),
                wrong("interleaved-clients", "expected the selection of a method, but nothing", OneAtATime::new));
    }

    private static WrongServer wrong(String name, String message, Supplier<RightServer> peer) {
        return new WrongServer("pieces/" + name, message, peer);
    }

    /** Takes what one read returns for one message. */
    private static final class MessagesWhole extends RightServer {
        @Override
        protected byte[] readGreeting(Session session) throws IOException {
            requireWhole(session, 3);
            return super.readGreeting(session);
        }

        @Override
        protected Request readRequest(Session session) throws IOException {
            requireWhole(session, 10);
            return super.readRequest(session);
        }

        private static void requireWhole(Session session, int shortest) throws IOException {
            session.in().mark(1);
            session.read();
            session.in().reset();
            if (session.in().available() < shortest) {
                throw new ProtocolException("too short");
            }
        }
    }

    private static final class SignedLength extends RightServer {
        @Override
        protected byte[] readGreeting(Session session) throws IOException {
            byte[] methods = super.readGreeting(session);
            if ((byte) methods.length < 0) {
                throw new ProtocolException("negative");
            }
            return methods;
        }
    }

    private static final class Impatient extends RightServer {
        @Override
        protected void serve(Session session) throws IOException {
            session.socket().setSoTimeout(20);
            super.serve(session);
        }
    }

    /** Forgets what it has read beyond a message. */
    private static final class DropsTheRest extends RightServer {
        @Override
        protected byte[] readGreeting(Session session) throws IOException {
            return dropping(session, super.readGreeting(session));
        }

        @Override
        protected byte[][] readLogin(Session session) throws IOException {
            return dropping(session, super.readLogin(session));
        }

        @Override
        protected Request readRequest(Session session) throws IOException {
            return dropping(session, super.readRequest(session));
        }

        private static <M> M dropping(Session session, M message) throws IOException {
            session.read(session.in().available());
            return message;
        }
    }

    /** Forgets what it has read beyond the request alone. */
    private static final class DropsData extends RightServer {
        @Override
        protected Request readRequest(Session session) throws IOException {
            Request request = super.readRequest(session);
            session.read(session.in().available());
            return request;
        }
    }

    private static final class RepliesNever extends RightServer {
        @Override
        protected void writeReply(Session session, int code, InetSocketAddress bound) {}
    }

    private static final class StuckAtEnd extends RightServer {
        @Override
        protected void serve(Session session) throws IOException {
            try {
                super.serve(session);
            } catch (EOFException e) {
                Stuck.untilClosed(session);
            }
        }
    }

    private static final class MakesUpTheRest extends RightServer {
        @Override
        protected Request readRequest(Session session) throws IOException {
            try {
                return super.readRequest(session);
            } catch (EOFException e) {
                writeReply(session, 0, NO_ADDRESS);
                throw e;
            }
        }
    }

    private static final class FallsWithItsClients extends RightServer {
        @Override
        protected void serve(Session session) throws IOException {
            try {
                super.serve(session);
            } catch (IOException e) {
                close();
            }
        }
    }

    private static final class HangsUpAtEnd extends RightServer {
        @Override
        protected void ended(Socket from, Socket to) throws IOException {
            from.close(); // first, so that nothing can come back any more when the origin sees its end
            to.close();
        }
    }

    private static final class OneAtATime extends RightServer {
        @Override
        protected synchronized void serve(Session session) throws IOException {
            super.serve(session);
        }
    }
}
