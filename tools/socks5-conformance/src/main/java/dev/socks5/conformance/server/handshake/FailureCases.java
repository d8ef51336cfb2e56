package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.server.handshake.Steps.bytes;
import static dev.socks5.conformance.server.handshake.Steps.together;
import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.NotOffered;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.util.List;

/** The rest of the group "reply": failures. {refusing} is a port of this machine on which nobody listens. */
final class FailureCases {

    private FailureCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                refused(),
                refusedIpv6(),
                notFound(),
                unreachable(),
                closesAfterFailure(),
                nothingServedAfterFailure(),
                failureIsNotLost());
    }

    private static Case<ServerTrial> refused() {
        return must("reply/refused")
                .title("A connection that is refused is answered with X'05', or with a failure that is as true")
                .sends("{negotiation}", "05 01 00 01 {refusing}")
                .accepts(
                        "05 (connection refused), 01 (general failure), or 02 if the rules forbid that port. 03, 04, 06, 07 "
                                + "and 08 would say something that is not so")
                .means("Users look for the mistake in the wrong place: in the network, or in the proxy")
                .script(trial -> expectRefused(trial, trial.refusing()));
    }

    private static Case<ServerTrial> refusedIpv6() {
        return must("reply/refused-ipv6")
                .title("A connection to an IPv6 address that is refused is answered with X'05', or as truly")
                .sends("{negotiation}", "05 01 00 04 {an IPv6 address of this machine} {a port that was just closed}")
                .accepts("05 (connection refused), 01 (general failure), or 02 if the rules forbid that port")
                .means("Users look for the mistake in the wrong place: in the network, or in the proxy")
                .needs(Feature.IPV6)
                .script(trial -> {
                    Origin origin = trial.ipv6Origin();
                    Endpoint closed = origin.endpoint();
                    origin.close();
                    expectRefused(trial, closed);
                });
    }

    private static void expectRefused(ServerTrial trial, Endpoint destination) throws IOException, Violation {
        ReplyCode code = trial.failure(trial.requested(Request.connect(destination)));
        check(
                List.of(0x05, 0x01, 0x02).contains(code.code()),
                "the connection was refused, but the reply says " + code);
    }

    private static Case<ServerTrial> notFound() {
        return must("reply/name-not-found")
                .title("A name that does not exist is answered with a failure that is true")
                .sends("{negotiation}", "05 01 00 03 (0F and nowhere.invalid) 00 50")
                .accepts(
                        "01, 02, 03 or 04. 05 to 08 would say something that is not so: nobody has refused, no TTL has "
                                + "expired, and the command and the address type are supported. Not judged if the look-up takes "
                                + "longer than the suite waits")
                .means("Users look for the mistake in the wrong place: in their own program, or in the proxy")
                .needs(Feature.NAMES)
                .script(trial -> {
                    Names.Answer answer = Names.ask(trial, "nowhere.invalid", 80);
                    if (answer == Names.Answer.SILENCE) {
                        throw new NotOffered("the look-up takes longer than the suite waits: --patience");
                    }
                    check(
                            answer != Names.Answer.SUCCESS,
                            "no host is called \"nowhere.invalid\", but the reply says success");
                    ReplyCode code =
                            trial.failure(trial.requested(Request.connect(Endpoint.of("nowhere.invalid", 80))));
                    check(code.code() >= 1 && code.code() <= 4, "the name does not exist, but the reply says " + code);
                });
    }

    private static Case<ServerTrial> unreachable() {
        return must("reply/unreachable")
                .title("A connection that cannot be made is answered with a failure")
                .sends("{negotiation}", "05 01 00 01 FF FF FF FF 00 50")
                .accepts(
                        "Any failure. TCP cannot connect to the broadcast address; which error that is, is up to the system")
                .means("The client takes the tunnel for made, or waits for ever")
                .script(trial -> trial.failure(trial.requested(Request.connect(Endpoint.of("255.255.255.255", 80)))));
    }

    private static Case<ServerTrial> closesAfterFailure() {
        return must("reply/closes-after-failure")
                .title("After a reply of failure the server closes the connection, within ten seconds")
                .sends("{negotiation}", "05 01 00 01 {refusing}")
                .accepts(
                        "Nothing behind the reply, and then an end or a reset. The server must terminate the connection. That "
                                + "it ends without a reply is for reply/layout-of-failure to judge, and passes here")
                .means("Clients that wait for the end hang, and the server keeps connections that nobody uses")
                .script(trial -> {
                    Wire wire = trial.requested(Request.connect(trial.refusing()));
                    if (Replies.failureOrEnd(wire)) {
                        Steps.expectEnd(wire, "the reply");
                    }
                });
    }

    private static Case<ServerTrial> nothingServedAfterFailure() {
        return must("reply/nothing-served-after-failure")
                .title("After a reply of failure no second request is served on the connection")
                .sends("{negotiation}", "05 01 00 01 {refusing} 05 01 00 01 {origin's address} {origin's port}")
                .accepts("Anything except a connection to the origin")
                .means("The limits and logs that count one request for each connection can be got round")
                .script(trial -> {
                    Origin origin = trial.origin();
                    byte[] refusing = bytes(Request.connect(trial.refusing()));
                    Wire wire = trial.negotiated();
                    wire.send(Label.RAW, together(refusing, Steps.request(origin)));
                    origin.expectNobody("after a failure");
                });
    }

    private static Case<ServerTrial> failureIsNotLost() {
        return Case.of("reply/failure-is-not-lost", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A reply of failure is whole, and ended properly, though the client has sent more meanwhile")
                .sends("{negotiation}", "05 01 00 01 {refusing}", "(again, with 1,000 times 78 in the same segment)")
                .accepts(
                        "The reply, then the end of the output; not judged if there is never a reply. A reset may overtake the reply in a real network, and then "
                                + "the client never sees it")
                .means("Clients that send ahead report a broken connection instead of the failure, now and then")
                .script(trial -> {
                    byte[] refusing = bytes(Request.connect(trial.refusing()));
                    if (!Replies.failureOrEnd(trial.negotiated().send(Label.REQUEST, refusing))) {
                        throw new NotOffered("there is no reply to a request that fails, so there is none to be lost");
                    }
                    Wire wire = trial.negotiated();
                    wire.send(Label.RAW, together(refusing, Steps.times(1000, 'x')));
                    trial.failure(wire);
                    Wire.Rest rest = wire.receiveRest(1);
                    check(
                            rest.end() != Wire.End.RESET,
                            "the connection was reset behind the reply, which may be lost so");
                });
    }

    private static Case.Draft must(String id) {
        return Case.of(id, Level.MUST, rfc1928("6"));
    }
}
