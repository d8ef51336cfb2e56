package dev.socks5.conformance.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.socks5.codec.Request;
import dev.socks5.conformance.peer.RightServer;
import dev.socks5.conformance.peer.Session;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** The wrong peers of the group "negotiation". */
final class NegotiationPeers {

    private NegotiationPeers() {}

    static List<WrongServer> all() {
        return List.of(
                wrong("client-speaks-first", "nothing may come before the client's greeting", Banner::new),
                wrong("selection-is-two-bytes", "nothing may come between the selection", LongSelection::new),
                wrong("selection-is-two-bytes", "VER of the selection should be 05, but is 00", WrongVersion::new),
                wrong("selection-is-two-bytes", "only 00 was offered, but 02 was selected", AlwaysLogin::new),
                wrong("selection-is-two-bytes", "expected the selection of a method (2 bytes)", ShortSelection::new),
                wrong("none-acceptable", "which was not offered", AlwaysNone::new),
                wrong("none-acceptable", "the connection was closed without a byte", HangsUp::new),
                wrong("no-methods", "no method may be selected after an offer of none", AlwaysNone::new),
                wrong("only-what-is-offered", "only method 01 was offered, but 00 was selected", AlwaysNone::new),
                wrong("only-what-is-offered", "only method 80 was offered, but 00", () -> choosing(0x80)),
                wrong("unknown-methods", "was not offered, but it was selected", () -> choosing(0x42)),
                wrong("unknown-methods", "was not offered, but it was selected", () -> choosing(0x80)),
                wrong("all-methods", "every method was offered, but none is acceptable", FirstOnly::new),
                wrong("own-method-last", "which was offered, but no acceptable method (0xFF)", FirstOnly::new),
                wrong("gssapi-beside-own", "which was offered, but no acceptable method (0xFF)", FirstOnly::new),
                wrong("own-method-repeated", "which was offered, but no acceptable method (0xFF)", OnlyOnce::new),
                wrong("none-acceptable-is-no-method", "but no acceptable method (0xFF) was selected", FirstOnly::new),
                wrong("nothing-served-after-refusal", "may not be connected to", GoesOn::new),
                wrong("nothing-served-behind-refusal", "may not be connected to", GoesOn::new),
                wrong("ends-after-refusal", "still open", StaysAfterRefusal::new),
                wrong("request-without-greeting", "may not be connected to", NoGreeting::new),
                wrong("other-version", "after a greeting of version 00, but", AnyVersion::new),
                wrong("socks4", "no method may be selected after a request of SOCKS4", AnySocks::new),
                wrong("socks4", "neither an answer nor the end", Waits::new),
                wrong("http", "neither an answer nor the end", Waits::new),
                wrong("http-connect", "neither an answer nor the end", Waits::new),
                wrong("tls", "neither an answer nor the end", Waits::new));
    }

    private static WrongServer wrong(String name, String message, Supplier<RightServer> peer) {
        return new WrongServer("negotiation/" + name, message, peer);
    }

    /** Selects "none" whenever a method was offered. */
    private static RightServer choosing(int trigger) {
        return new RightServer() {
            @Override
            protected int chooseMethod(byte[] offered) {
                boolean triggered = new String(offered, ISO_8859_1).indexOf(trigger) >= 0;
                return triggered ? NO_AUTHENTICATION : super.chooseMethod(offered);
            }
        };
    }

    private static final class Banner extends RightServer {
        @Override
        protected void serve(Session session) throws IOException {
            session.write(5, 0);
            super.serve(session);
        }
    }

    private static final class LongSelection extends RightServer {
        @Override
        protected void writeSelection(Session session, int method) throws IOException {
            session.write(5, method, 0);
        }
    }

    private static final class WrongVersion extends RightServer {
        @Override
        protected void writeSelection(Session session, int method) throws IOException {
            session.write(0, method);
        }
    }

    private static final class ShortSelection extends RightServer {
        @Override
        protected void writeSelection(Session session, int method) throws IOException {
            session.write(5);
        }
    }

    private static final class AlwaysNone extends RightServer {
        @Override
        protected int chooseMethod(byte[] offered) {
            return NO_AUTHENTICATION;
        }
    }

    private static final class AlwaysLogin extends RightServer {
        @Override
        protected int chooseMethod(byte[] offered) {
            return PASSWORD;
        }
    }

    private static final class HangsUp extends RightServer {
        @Override
        protected void writeSelection(Session session, int method) throws IOException {
            if (method == NO_ACCEPTABLE) {
                session.close();
            }
            super.writeSelection(session, method);
        }
    }

    private static final class FirstOnly extends RightServer {
        @Override
        protected int chooseMethod(byte[] offered) {
            return offered.length > 0 && offered.length < 255 && offered[0] == wantedMethod()
                    ? wantedMethod()
                    : NO_ACCEPTABLE;
        }
    }

    private static final class OnlyOnce extends RightServer {
        @Override
        protected int chooseMethod(byte[] offered) {
            return offered.length > 1 ? NO_ACCEPTABLE : super.chooseMethod(offered);
        }
    }

    private static final class GoesOn extends RightServer {
        @Override
        protected boolean negotiate(Session session, int method) throws IOException {
            return method == NO_ACCEPTABLE || super.negotiate(session, method);
        }
    }

    private static final class StaysAfterRefusal extends RightServer {
        @Override
        protected boolean negotiate(Session session, int method) throws IOException {
            if (method == NO_ACCEPTABLE) {
                Stuck.untilClosed(session);
            }
            return super.negotiate(session, method);
        }
    }

    private static final class NoGreeting extends RightServer {
        @Override
        protected void serve(Session session) throws IOException {
            Request request = readRequest(session);
            execute(session, request);
        }
    }

    private static final class AnyVersion extends RightServer {
        @Override
        protected void requireVersion(int version) {}
    }

    private static final class AnySocks extends RightServer {
        @Override
        protected byte[] readGreeting(Session session) throws IOException {
            return session.read() == 4 ? new byte[1] : session.read(session.read());
        }
    }

    private static final class Waits extends RightServer {
        @Override
        protected void requireVersion(int version) throws IOException {
            if (version != 5) {
                throw new Stuck();
            }
        }

        @Override
        protected void serve(Session session) throws IOException {
            try {
                super.serve(session);
            } catch (Stuck e) {
                Stuck.untilClosed(session);
            }
        }
    }
}
