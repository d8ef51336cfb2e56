package dev.socks5.conformance.server.handshake;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Trial;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;

/** Requests for names, whose look-up takes a time that is not the server's. */
final class Names {

    /** What a server does about a name. */
    enum Answer {
        /** It says success. */
        SUCCESS,
        /** It says failure, or ends the connection: whether a reply comes before, the group "reply" judges. */
        FAILURE,
        /** Nothing, in the time that the suite waits. */
        SILENCE
    }

    private Names() {}

    /** Requests a name, given as its bytes. */
    static Answer ask(ServerTrial trial, String name, int port) throws IOException, Violation {
        Wire wire = trial.requested(Request.connect(new Endpoint(new DomainName(name), port)));
        Wire.Rest head = wire.receiveRest(2);
        if (head.bytes().length < 2) {
            return head.end() == Wire.End.OPEN ? Answer.SILENCE : Answer.FAILURE;
        }
        return head.bytes()[1] == 0 ? Answer.SUCCESS : Answer.FAILURE;
    }

    /**
     * Requests what is no name of any host.
     *
     * @return {@code false} if no answer came in time
     * @throws Violation if that succeeds
     */
    static boolean expectFailure(ServerTrial trial, String name, int port) throws IOException, Violation {
        Answer answer = ask(trial, name, port);
        Trial.check(answer != Answer.SUCCESS, "no host is called " + shown(name) + ", but the reply says success");
        return answer != Answer.SILENCE;
    }

    /**
     * Requests what a server may or may not take for the origin's name.
     *
     * @return {@code false} if no answer came in time
     * @throws Violation if the reply says success, and no connection comes to the origin
     */
    static boolean expectOrigin(ServerTrial trial, String name, Origin origin) throws IOException, Violation {
        Answer answer = ask(trial, name, origin.address().getPort());
        if (answer == Answer.SUCCESS) {
            trial.accept(origin);
        }
        return answer != Answer.SILENCE;
    }

    /** Returns a name as people can read it, with everything but printable ASCII escaped. */
    static String shown(String name) {
        String text = new DomainName(name).toString();
        return text.length() > 40 ? "\"" + text.substring(0, 40) + "...\"" : "\"" + text + "\"";
    }
}
