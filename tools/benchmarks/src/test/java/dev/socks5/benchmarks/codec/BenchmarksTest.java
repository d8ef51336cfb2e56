package dev.socks5.benchmarks.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Turn;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.socksx.v5.Socks5CommandResponse;
import io.netty.handler.codec.socksx.v5.Socks5CommandStatus;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every benchmark does its work, and does it again with the same outcome: JMH calls it many times. */
@Timeout(60)
class BenchmarksTest {

    private static Stream<Arguments> work() {
        return Stream.of(Sample.values())
                .flatMap(sample -> Stream.of(Memory.values()).map(memory -> Arguments.of(sample, memory)));
    }

    @ParameterizedTest
    @MethodSource("work")
    void decodes(Sample sample, Memory memory) throws Exception {
        DecodeBenchmark benchmark = new DecodeBenchmark();
        benchmark.sample = sample;
        benchmark.memory = memory;
        benchmark.fill();

        for (int i = 0; i < 3; i++) {
            assertThat(benchmark.socks5()).isEqualTo(Optional.of(sample.message()));
            assertThat(benchmark.netty()).hasSameClassAs(sample.nettyMessage());
            assertThat(benchmark.nettyChannel()).hasSameClassAs(sample.nettyMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("work")
    void encodes(Sample sample, Memory memory) throws Exception {
        EncodeBenchmark benchmark = new EncodeBenchmark();
        benchmark.sample = sample;
        benchmark.memory = memory;
        benchmark.prepare();

        for (int i = 0; i < 3; i++) {
            assertThat(benchmark.socks5().flip()).isEqualTo(sample.message().encode());
            assertThat(ByteBufUtil.getBytes(benchmark.netty()))
                    .isEqualTo(sample.message().encode().array());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shakesHands(boolean login) throws Exception {
        HandshakeBenchmark benchmark = new HandshakeBenchmark();
        benchmark.login = login;
        benchmark.prepare();

        for (int i = 0; i < 3; i++) {
            assertThat(benchmark.socks5()).isEqualTo(Turn.DONE);
            assertThat(benchmark.netty())
                    .isInstanceOfSatisfying(Socks5CommandResponse.class, BenchmarksTest::succeeded);
            assertThat(benchmark.nettyChannel())
                    .isInstanceOfSatisfying(Socks5CommandResponse.class, BenchmarksTest::succeeded);
        }
    }

    private static void succeeded(Socks5CommandResponse reply) {
        assertThat(reply.status()).isEqualTo(Socks5CommandStatus.SUCCESS);
        assertThat(reply.bndAddr()).isEqualTo(HandshakeBenchmark.BOUND.address().toString());
        assertThat(reply.bndPort()).isEqualTo(HandshakeBenchmark.BOUND.port());
    }
}
