package dev.socks5.benchmarks.codec;

import dev.socks5.codec.Message;
import io.netty.buffer.ByteBuf;
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
 * Encodes one message that is there already, into a buffer that is there already.
 *
 * <p>Netty's encoder is called itself, without the pipeline that makes a buffer for each message and passes it on: it
 * costs less here than in an application. Each side has its own message of the same octets; in Netty's, an IP address
 * is text.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncodeBenchmark {

    /** The message. */
    @Param
    public Sample sample = Sample.REQUEST_IPV4;

    /** Where its octets go. */
    @Param
    public Memory memory = Memory.HEAP;

    private Message message = sample.message();
    private Object nettyMessage = sample.nettyMessage();
    private NettyEncoder nettyEncoder = sample.nettyEncoder();
    private ByteBuffer out = memory.buffer(0);
    private ByteBuf nettyOut = memory.nettyBuffer(0);

    /** Makes messages and buffers. */
    @Setup
    public void prepare() {
        message = sample.message();
        nettyMessage = sample.nettyMessage();
        nettyEncoder = sample.nettyEncoder();
        out = memory.buffer(message.encodedLength());
        nettyOut = memory.nettyBuffer(message.encodedLength());
    }

    /** Our encoder. */
    @Benchmark
    public ByteBuffer socks5() {
        message.encode(out.clear());
        return out;
    }

    /** Netty's encoder, called directly. */
    @Benchmark
    public ByteBuf netty() throws Exception {
        nettyEncoder.encode(nettyMessage, nettyOut.clear());
        return nettyOut;
    }
}
