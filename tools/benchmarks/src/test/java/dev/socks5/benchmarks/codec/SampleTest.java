package dev.socks5.benchmarks.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both codecs are given the same work: octets that are equal, from messages that say the same. */
@Timeout(60)
class SampleTest {

    @ParameterizedTest
    @EnumSource
    void bothWriteTheSameOctets(Sample sample) throws Exception {
        assertThat(nettyOctets(sample, sample.nettyMessage())).isEqualTo(octets(sample));
    }

    @ParameterizedTest
    @EnumSource
    void bothReadTheWholeMessage(Sample sample) throws Exception {
        for (Memory memory : Memory.values()) {
            ByteBuffer in =
                    memory.buffer(octets(sample).length).put(octets(sample)).flip();
            assertThat(sample.decoder().decode(in).orElseThrow()).isEqualTo(sample.message());
            assertThat(in.remaining()).isZero();

            ByteBuf nettyIn = memory.nettyBuffer(octets(sample).length).writeBytes(octets(sample));
            Object nettyMessage = sample.nettyDecoder().decode(nettyIn);
            assertThat(nettyMessage).hasSameClassAs(sample.nettyMessage());
            assertThat(nettyOctets(sample, nettyMessage)).isEqualTo(octets(sample));
            assertThat(nettyIn.readableBytes()).isZero();
        }
    }

    private static byte[] octets(Sample sample) {
        return sample.message().encode().array();
    }

    private static byte[] nettyOctets(Sample sample, Object message) throws Exception {
        ByteBuf out = Memory.HEAP.nettyBuffer(0);
        sample.nettyEncoder().encode(message, out);
        return ByteBufUtil.getBytes(out);
    }
}
