package dev.socks5.conformance.server;

import dev.socks5.conformance.peer.RightServer;
import dev.socks5.conformance.peer.Session;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.List;
import java.util.function.Supplier;

/** The wrong peers of the group "gssapi". */
final class GssapiPeers {

    private GssapiPeers() {}

    static List<WrongServer> all() {
        return List.of(
                wrong("offered-alone", "expected 01 or FF, but method 00 was selected", AlwaysNone::new),
                wrong("garbage-token", "expected 01 FF after a token that is none, but 01 02 came", GoesOn::new),
                wrong("garbage-token", "expected 01 FF after a token that is none, but 05 FF came", OtherAbort::new),
                wrong("garbage-token", "after a token that is none, but it was still open", Waits::new),
                wrong("garbage-token", "after a token that is none, but it was still open", AbortsAndStays::new),
                wrong("nothing-served-after-abort", "after a token that was refused, but", AbortsWithoutMeaningIt::new),
                wrong(
                        "nothing-served-behind-abort",
                        "after a token that was refused, but",
                        AbortsWithoutMeaningIt::new),
                wrong("not-skipped", "without a token, but it was", NoTokenNeeded::new),
                wrong("level-without-token", "without a token, but it was", LevelIsEnough::new),
                wrong("wrong-type", "after a message that is no token, but 01 02 came", GoesOn::new),
                wrong("wrong-version", "after a token of another version, but 01 02 came", GoesOn::new),
                wrong("empty-token", "after a token of no bytes, but 01 02 came", GoesOn::new),
                wrong("client-abort", "still open", Waits::new),
                wrong("longest-token", "but 01 02 came", GoesOn::new),
                wrong("end-inside-token", "still open", Waits::new));
    }

    private static WrongServer wrong(String name, String message, Supplier<RightServer> peer) {
        return new WrongServer("gssapi/" + name, message, peer);
    }

    private static class Gssapi extends RightServer {
        @Override
        protected int wantedMethod() {
            return GSSAPI;
        }
    }

    private static final class AlwaysNone extends RightServer {
        @Override
        protected int chooseMethod(byte[] offered) {
            return NO_AUTHENTICATION;
        }
    }

    private static final class GoesOn extends Gssapi {
        @Override
        protected void writeAbort(Session session) throws IOException {
            session.write(1, 2, 0, 1, 0);
        }
    }

    private static final class Waits extends Gssapi {
        @Override
        protected boolean gssapi(Session session) throws IOException {
            try {
                return super.gssapi(session);
            } catch (EOFException e) {
                Stuck.untilClosed(session);
                return false;
            }
        }

        @Override
        protected void writeAbort(Session session) {
            Stuck.untilClosed(session);
        }
    }

    private static final class OtherAbort extends Gssapi {
        @Override
        protected void writeAbort(Session session) throws IOException {
            session.write(5, 0xFF);
        }
    }

    private static final class AbortsAndStays extends Gssapi {
        @Override
        protected void hangUp(Session session) {
            Stuck.untilClosed(session);
        }
    }

    private static final class AbortsWithoutMeaningIt extends Gssapi {
        @Override
        protected boolean gssapi(Session session) throws IOException {
            super.gssapi(session);
            return true;
        }
    }

    private static final class NoTokenNeeded extends Gssapi {
        @Override
        protected boolean gssapi(Session session) {
            return true;
        }
    }

    private static final class LevelIsEnough extends Gssapi {
        @Override
        protected boolean gssapi(Session session) throws IOException {
            if (session.read() != 1 || session.read() != 2) {
                throw new ProtocolException("no level");
            }
            session.read(session.readShort());
            return true;
        }
    }
}
