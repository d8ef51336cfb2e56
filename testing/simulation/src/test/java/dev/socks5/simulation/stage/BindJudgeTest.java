package dev.socks5.simulation.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.Verdict;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers of a BIND for anybody are judged one after the other, however long it takes. */
class BindJudgeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<Endpoint> judged = new ArrayList<>();
    private Verdict verdict = Verdict.deny("not this one");

    private Verdict judge(AccessRequest request) {
        Endpoint peer = request.destination();
        if (peer.equals(Endpoint.UNSPECIFIED)) {
            return Verdict.allow("anybody");
        }
        judged.add(peer);
        return verdict;
    }

    @ParameterizedTest
    @EnumSource
    void peersAreJudgedOneAfterTheOther(Setting setting) {
        try (Stage stage = new Stage(setting)) {
            stage.serve(server -> server.accessRule(this::judge).executor(stage.executor()));
            Program client = stage.asks(2, Setting.at("0.0.0.0", 0));
            stage.passes(SECOND);
            stage.doWork();
            InetSocketAddress bound = client.hearsSuccess();
            List<Program> peers = new ArrayList<>();
            for (int host = 1; host <= 3; host++) {
                Program peer = stage.connect(stage.far(host), bound);
                peer.connected();
                peers.add(peer);
            }
            stage.passes(SECOND);
            assertThat(stage.work).as("only one is judged at a time").hasSize(1);
            stage.doWork();
            peers.get(0).dropped();
            stage.passes(SECOND);
            assertThat(stage.work).hasSize(1);
            verdict = Verdict.allow("this one");
            stage.doWork();
            assertThat(client.hearsSuccess()).isEqualTo(stage.far(2));
            peers.get(2).dropped();
            peers.get(1).says("2e");
            client.hears("2e");
            assertThat(judged).containsExactly(Endpoint.of(stage.far(1)), Endpoint.of(stage.far(2)));
        }
    }
}
