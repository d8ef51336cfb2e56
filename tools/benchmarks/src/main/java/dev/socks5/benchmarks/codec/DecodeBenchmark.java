package dev.socks5.benchmarks.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Decodes one whole message, the same octets each time, from a buffer that is there already.
 *
 * <p>{@link #netty()} calls Netty's decoder itself: no pipeline, no buffer that replays, one decoder for all messages.
 * Nobody can use Netty that way, so it costs less than Netty does; no doubt is held against it. {@link #nettyChannel()}
 * is the least that an application pays: the same decoder in a channel that is there already. Both sides make a
 * message that stays valid when the buffer is used again. They do not make the same: Netty writes an IP address as
 * text, ours keeps its bits.
 *
 * <p>Each combination needs a JVM of its own (JMH's default): calls are then to one type only, on both sides.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodeBenchmark {

    /** The message. */
    @Param
    public Sample sample = Sample.REQUEST_IPV4;

    /** Where its octets are. */
    @Param
    public Memory memory = Memory.HEAP;

    private Sample.Decoder decoder = sample.decoder();
    private NettyDecoder nettyDecoder = sample.nettyDecoder();
    private EmbeddedChannel channel = new EmbeddedChannel(nettyDecoder);
    private ByteBuffer in = memory.buffer(0);
    private ByteBuf nettyIn = memory.nettyBuffer(0);

    /** Fills the buffers. */
    @Setup
    public void fill() {
        ByteBuffer octets = sample.message().encode();
        decoder = sample.decoder();
        nettyDecoder = sample.nettyDecoder();
        channel = new EmbeddedChannel(nettyDecoder);
        in = memory.buffer(octets.remaining()).put(octets.duplicate());
        nettyIn = memory.nettyBuffer(octets.remaining()).writeBytes(octets);
    }

    /** Our decoder. */
    @Benchmark
    public Object socks5() throws Exception {
        return decoder.decode(in.rewind());
    }

    /** Netty's decoder, called directly. */
    @Benchmark
    public Object netty() throws Exception {
        return nettyDecoder.decode(nettyIn.readerIndex(0));
    }

    /** Netty's decoder in a channel. */
    @Benchmark
    public Object nettyChannel() {
        nettyDecoder.reset();
        channel.pipeline().fireChannelRead(nettyIn.readerIndex(0).retain());
        return channel.readInbound();
    }
}
