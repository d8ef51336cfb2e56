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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Peers that use the room which the RFCs leave, each in another place: no case may fail them. */
final class RoomyServers {

    /**
     * A peer that does something in another way than the right one, and as rightly.
     *
     * @param what it does, for the name of the test
     * @param groups of cases to try it with
     * @param except the ids of cases that are about just this, and say so
     * @param peer makes one, not started yet
     */
    record Roomy(String what, Set<String> groups, Set<String> except, Supplier<RightServer> peer) {

        Roomy(String what, Set<String> groups, Supplier<RightServer> peer) {
            this(what, groups, Set.of(), peer);
        }
    }

    private static final Set<String> ALL = Set.of("negotiation", "login", "request", "reply", "pieces", "names");
    private static final Set<String> FAILURES = Set.of("request", "reply", "names");

    private RoomyServers() {}

    static List<Roomy> all() {
        return List.of(
                new Roomy("takes its time", ALL, TakesItsTime::new),
                new Roomy(
                        "sends its messages byte by byte",
                        Set.of("login", "request", "reply", "pieces"),
                        InPieces::new),
                new Roomy("answers other versions with FF", Set.of("negotiation"), AnswersOtherVersions::new),
                new Roomy("speaks HTTP as well", Set.of("negotiation"), () -> answering("HTTP/1.0 501 No\r\n\r\n")),
                new Roomy("speaks SOCKS4 as well", Set.of("negotiation"), () -> answering("\0Zportaddr")),
                new Roomy("waits for methods where there are none", Set.of("negotiation"), WaitsForMethods::new),
                new Roomy(
                        "closes in place of FF",
                        Set.of("negotiation"),
                        Set.of("negotiation/none-acceptable"),
                        ClosesInPlaceOfRefusal::new),
                new Roomy("says that every failure is general", FAILURES, () -> failing(0x01)),
                new Roomy("says that rules forbid everything", FAILURES, () -> failing(0x02)),
                new Roomy("hides where it connects from", FAILURES, () -> bound(RightServer.NO_ADDRESS)),
                new Roomy("is behind NAT", FAILURES, () -> bound(new InetSocketAddress("203.0.113.5", 40000))),
                new Roomy(
                        "is behind NAT, with IPv6", FAILURES, () -> bound(new InetSocketAddress("2001:db8::5", 40000))),
                new Roomy("has a name for BND.ADDR", FAILURES, NamesItself::new),
                new Roomy("refuses what is not reserved", Set.of("request"), StrictAboutReserved::new),
                new Roomy("resets after a failure", FAILURES, Set.of("reply/failure-is-not-lost"), Resets::new),
                new Roomy("leaves the close to the client for a while", Set.of("login", "reply"), ClosesLate::new),
                new Roomy("fails logins with FF", Set.of("login"), FailsWithAnotherStatus::new),
                new Roomy("takes empty logins for malformed", Set.of("login"), NothingEmpty::new),
                new Roomy("takes any version of a login", Set.of("login"), AnyLoginVersion::new),
                new Roomy("has a last token", Set.of("gssapi"), LastToken::new),
                new Roomy("closes in place of an abort", Set.of("gssapi"), NoAbort::new),
                new Roomy("knows the old spellings of addresses", Set.of("names"), OldSpellings::new),
                new Roomy("looks names up for ever", Set.of("reply", "names", "request"), SlowLookUps::new),
                new Roomy("closes in place of a failure for names", Set.of("names"), ClosesOnNames::new),
                new Roomy("looks up for Tor's clients", Set.of("request"), Resolves::new));
    }

    private static final class TakesItsTime extends RightServer {
        @Override
        protected void writeSelection(Session session, int method) throws IOException {
            pause(10);
            super.writeSelection(session, method);
        }

        @Override
        protected void writeLoginAnswer(Session session, int status) throws IOException {
            pause(300);
            super.writeLoginAnswer(session, status);
        }

        @Override
        protected void writeReply(Session session, int code, InetSocketAddress bound) throws IOException {
            pause(30);
            super.writeReply(session, code, bound);
        }
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class InPieces extends RightServer {
        @Override
        protected void writeSelection(Session session, int method) throws IOException {
            pieces(session, 5, method);
        }

        @Override
        protected void writeLoginAnswer(Session session, int status) throws IOException {
            pieces(session, 1, status);
        }

        @Override
        protected void writeReply(Session session, int code, InetSocketAddress bound) throws IOException {
            byte[] reply = reply(code, bound);
            pieces(session, IntStream.range(0, reply.length).map(i -> reply[i]).toArray());
        }

        private static void pieces(Session session, int... octets) throws IOException {
            for (int octet : octets) {
                session.write(octet);
                pause(2);
            }
        }
    }

    private static final class AnswersOtherVersions extends RightServer {
        @Override
        protected byte[] readGreeting(Session session) throws IOException {
            try {
                return super.readGreeting(session);
            } catch (ProtocolException e) {
                return new byte[0];
            }
        }
    }

    /** Answers other versions in another protocol. */
    private static RightServer answering(String text) {
        return new RightServer() {
            @Override
            protected byte[] readGreeting(Session session) throws IOException {
                try {
                    return super.readGreeting(session);
                } catch (ProtocolException e) {
                    session.write(text.getBytes(StandardCharsets.US_ASCII));
                    throw e;
                }
            }
        };
    }

    private static final class WaitsForMethods extends RightServer {
        @Override
        protected int chooseMethod(byte[] offered) {
            if (offered.length == 0) {
                pause(5000);
            }
            return super.chooseMethod(offered);
        }
    }

    private static final class ClosesInPlaceOfRefusal extends RightServer {
        @Override
        protected void writeSelection(Session session, int method) throws IOException {
            if (method == NO_ACCEPTABLE) {
                throw new ProtocolException("no method");
            }
            super.writeSelection(session, method);
        }
    }

    private static RightServer failing(int code) {
        return new RightServer() {
            @Override
            protected void refuse(Session session, int ignored) {
                super.refuse(session, code);
            }
        };
    }

    private static RightServer bound(InetSocketAddress address) {
        return new RightServer() {
            @Override
            protected byte[] reply(int code, InetSocketAddress bound) {
                return super.reply(code, address);
            }
        };
    }

    private static final class NamesItself extends RightServer {
        @Override
        protected byte[] reply(int code, InetSocketAddress bound) {
            return new byte[] {5, (byte) code, 0, 3, 5, 'p', 'r', 'o', 'x', 'y', 0x12, 0x34};
        }
    }

    private static final class StrictAboutReserved extends RightServer {
        @Override
        protected void readReserved(Session session) throws IOException {
            if (session.read() != 0) {
                throw new ProtocolException("RSV");
            }
        }
    }

    private static final class Resets extends RightServer {
        @Override
        protected void hangUp(Session session) {
            reset(session.socket());
        }
    }

    /** Longer than an answer takes; less than the ten seconds of the RFC, which are twice that in these tests. */
    private static final class ClosesLate extends RightServer {
        @Override
        protected void hangUp(Session session) {
            pause(2500);
        }
    }

    private static final class FailsWithAnotherStatus extends RightServer {
        @Override
        protected void writeLoginAnswer(Session session, int status) throws IOException {
            super.writeLoginAnswer(session, status == 0 ? 0 : 0xFF);
        }
    }

    private static final class NothingEmpty extends RightServer {
        @Override
        protected byte[][] readLogin(Session session) throws IOException {
            byte[][] login = super.readLogin(session);
            if (login[0].length == 0 || login[1].length == 0) {
                throw new ProtocolException("empty");
            }
            return login;
        }
    }

    private static final class AnyLoginVersion extends RightServer {
        @Override
        protected void requireLoginVersion(int version) {}
    }

    private static class Gssapi extends RightServer {
        @Override
        protected int wantedMethod() {
            return GSSAPI;
        }
    }

    private static final class LastToken extends Gssapi {
        @Override
        protected void writeAbort(Session session) throws IOException {
            session.write(1, 1, 0, 2, 0xAB, 0xCD);
            super.writeAbort(session);
        }
    }

    private static final class NoAbort extends Gssapi {
        @Override
        protected void writeAbort(Session session) throws IOException {
            throw new ProtocolException("no token");
        }
    }

    private static final class OldSpellings extends RightServer {
        @Override
        protected List<InetAddress> lookUp(DomainName destination) throws IOException {
            String name = destination.octets();
            boolean spelling = name.matches("[0-9.x]*[0-9]|[\\[:1\\]]+") && !name.equals("[::1");
            return spelling ? List.of(InetAddress.getLoopbackAddress()) : super.lookUp(destination);
        }
    }

    private static final class SlowLookUps extends RightServer {
        @Override
        protected List<InetAddress> lookUp(DomainName destination) throws IOException {
            if (!destination.octets().equalsIgnoreCase("localhost")) {
                pause(5000);
            }
            return super.lookUp(destination);
        }
    }

    private static final class ClosesOnNames extends RightServer {
        @Override
        protected List<InetAddress> lookUp(DomainName destination) throws IOException {
            try {
                return super.lookUp(destination);
            } catch (Refused e) {
                throw new ProtocolException("no reply");
            }
        }
    }

    private static final class Resolves extends RightServer {
        @Override
        protected void execute(Session session, Request request) throws IOException {
            if ((request.command().code() & 0xFE) != 0xF0) {
                super.execute(session, request);
            } else {
                writeReply(session, 0, NO_ADDRESS);
            }
        }
    }
}
