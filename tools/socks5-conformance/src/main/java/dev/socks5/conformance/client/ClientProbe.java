package dev.socks5.conformance.client;

import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Patience;
import dev.socks5.conformance.suite.Transcript;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** Finds out what a client offers, by having it fetch a page in the plainest way. */
public final class ClientProbe {

    private ClientProbe() {}

    /**
     * Has it fetch a page of a name, an IPv4 address and an IPv6 address. A client that a person starts is taken to
     * offer all three.
     *
     * @throws Violation if neither of the first two works: then there is nothing to judge, and the message says why
     */
    public static Set<Feature> features(ClientUnderTest client, Patience patience)
            throws IOException, Violation, InterruptedException {
        Set<Feature> features = EnumSet.of(Feature.ANONYMOUS);
        if (!client.fetch().watched()) {
            features.add(Feature.NAMES);
            features.add(Feature.IPV6);
            return features;
        }
        features.add(Feature.OUTPUT);
        if (client.login() != null) {
            features.add(Feature.LOGIN_COMMAND);
        }
        if (client.udp() != null) {
            features.add(Feature.UDP_COMMAND);
        }
        if (client.bind() != null) {
            features.add(Feature.BIND_COMMAND);
        }
        try {
            fetch(client, patience, ClientTrial.NAME);
            features.add(Feature.NAMES);
        } catch (Violation e) {
            fetch(client, patience, ClientTrial.IPV4);
        }
        try {
            fetch(client, patience, ClientTrial.IPV6);
            features.add(Feature.IPV6);
        } catch (Violation e) {
            // It has no IPv6, or this machine has none.
        }
        return features;
    }

    private static void fetch(ClientUnderTest client, Patience patience, String host)
            throws IOException, Violation, InterruptedException {
        try (ClientTrial trial = new ClientTrial(client, Set.of(), new Transcript(), patience)) {
            Wire wire = trial.withoutLogin(trial.connected(client.fetch(), host, ClientTrial.PORT));
            trial.request(wire);
            Tunnels.serve(trial, trial.tunnelled(wire));
        }
    }
}
