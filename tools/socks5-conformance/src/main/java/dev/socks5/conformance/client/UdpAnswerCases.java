package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.cwe;
import static dev.socks5.conformance.suite.Clause.rfc1928;

import dev.socks5.codec.UdpHeader;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Clause;
import dev.socks5.conformance.suite.DatagramWire;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import java.net.InetSocketAddress;
import java.util.List;

/** The group "udp", as far as the relay answers. */
final class UdpAnswerCases {

    private static final int FIRST_FRAGMENT = 1;
    private static final int LAST_FRAGMENT = 0x82;
    private static final String RELAY = "(a reply with the address of the relay)";

    private UdpAnswerCases() {}

    static List<Case<ClientTrial>> all() {
        return List.of(
                stranger(),
                fragment("fragment", FIRST_FRAGMENT),
                fragment("last-fragment", LAST_FRAGMENT),
                malformed("short", "of three bytes", "00 00 00"),
                malformed("cut-header", "that ends within its header", "00 00 00 01 7F 53"),
                malformed(
                        "unknown-address-type",
                        "with an address type that nobody has defined",
                        "00 00 00 05 7F 53 05 09 48 61"));
    }

    private static Case.Draft answer(String name, Level level, Clause clause) {
        return Case.of("udp/answer-" + name, level, clause).needs(Feature.UDP_COMMAND);
    }

    private static Case<ClientTrial> stranger() {
        return answer("of-a-stranger", Level.SECURITY, cwe(346, "origin validation error"))
                .title("A datagram from another port than the relay's is not taken for an answer")
                .sends("05 00", RELAY, "(a datagram from elsewhere, and then an answer from the relay)")
                .accepts("The program prints the answer from the relay, and not the other one")
                .means(
                        "Anybody who knows or guesses the port can answer in the place of the destination, for example to a query"
                                + " for a name")
                .script(trial -> {
                    Association association = Association.sent(trial);
                    InetSocketAddress program = association.datagram().from();
                    DatagramWire stranger = Association.datagrams(trial, "stranger");
                    association.answeredAfter(
                            "a datagram from a stranger",
                            program,
                            text -> association.answer(stranger, program, UdpHeader.of(Association.DESTINATION), text));
                });
    }

    private static Case<ClientTrial> fragment(String name, int fragment) {
        return answer(name, Level.MUST, rfc1928("7"))
                .title("A fragment without the others, number " + String.format("%02X", fragment) + ", is dropped")
                .sends("05 00", RELAY, "(a fragment, and then an answer)")
                .accepts(
                        "The program prints the answer, and not the fragment: who does not put fragments together \"MUST drop any"
                                + " datagram whose FRAG field is other than X'00'\", and who does waits for the first to the last")
                .means("Half a message is taken for a whole one")
                .script(trial -> {
                    Association association = Association.sent(trial);
                    InetSocketAddress program = association.datagram().from();
                    association.answeredAfter(
                            "a fragment",
                            program,
                            text -> association.answer(
                                    association.relay(),
                                    program,
                                    new UdpHeader(fragment, Association.DESTINATION),
                                    text));
                });
    }

    private static Case<ClientTrial> malformed(String name, String what, String bytes) {
        return answer(name, Level.ROBUSTNESS, ROBUSTNESS)
                .title("A datagram " + what + " is dropped, and the next one is taken")
                .sends("05 00", RELAY, "(" + bytes + ", and then an answer)")
                .accepts("The program prints the answer")
                .means("One damaged datagram, or a forged one, ends the program's conversation")
                .script(trial -> {
                    Association association = Association.sent(trial);
                    InetSocketAddress program = association.datagram().from();
                    association.answeredAfter(
                            "a datagram " + what,
                            program,
                            text -> association.relay().send(Label.DATAGRAM, program, Hex.bytes(bytes)));
                });
    }
}
