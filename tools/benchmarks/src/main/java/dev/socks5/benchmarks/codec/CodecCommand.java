package dev.socks5.benchmarks.codec;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code benchmarks codec}: JMH with the benchmarks of this package. */
@Command(name = "codec", description = "What encoding and decoding cost: JMH, with all its options (-h lists them).")
public final class CodecCommand implements Callable<Integer> {

    @Unmatched
    private String[] options = {};

    @Override
    public Integer call() throws IOException {
        org.openjdk.jmh.Main.main(options);
        return 0;
    }
}
