package dev.socks5.simulation.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Uses a channel: writes, ends its output, and reads to the end. */
final class Caller implements Runnable {

    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int PATIENCE = 12_000;

    private final Progress progress;
    private final Errand errand;
    private final SocketChannel channel;
    private final SimulatedProxy proxy;
    private final ByteBuffer out;
    private final ByteBuffer in = ByteBuffer.allocate(8 * 1024);
    private int got;
    private int times;
    private boolean hasEndedOutput;
    private boolean sawEnd;

    Caller(Progress progress, SocketChannel channel, SimulatedProxy proxy) {
        this.progress = progress;
        this.errand = progress.errand();
        this.channel = channel;
        this.proxy = proxy;
        byte[] all = errand.content(0, errand.firstBytes() + errand.up());
        this.out = ByteBuffer.wrap(Arrays.copyOfRange(all, errand.firstBytes(), all.length));
    }

    @Override
    public void run() {
        try {
            write();
            read();
        } catch (IOException e) {
            times = PATIENCE;
        }
        if (times++ < PATIENCE && !(sawEnd && hasEndedOutput)) {
            progress.after(INTERVAL, this);
        } else {
            close();
        }
    }

    private void write() throws IOException {
        if (hasEndedOutput) {
            return;
        }
        channel.write(out);
        if (!out.hasRemaining()) {
            hasEndedOutput = true;
            channel.shutdownOutput();
        }
    }

    private void read() throws IOException {
        int count = sawEnd ? 0 : channel.read(in.clear());
        while (count > 0) {
            for (int i = 0; i < count; i++) {
                if (in.get(i) != errand.at(1, got)) {
                    progress.check(ClientRule.BYTES, false, "wrong at " + got + " from there");
                }
                got++;
            }
            count = channel.read(in.clear());
        }
        sawEnd |= count < 0;
    }

    private void close() {
        try {
            channel.close();
        } catch (IOException e) {
            progress.check(ClientRule.CHANNEL, false, e);
        }
        progress.callerIsDone();
    }

    void end(boolean calm) {
        int up = errand.firstBytes() + errand.up();
        int down = errand.behind() + errand.down();
        boolean whole = got == down && sawEnd && proxy.got() == up && proxy.hasEnded();
        boolean prefix = got <= down && proxy.got() <= up && (!sawEnd || got == down);
        progress.check(
                ClientRule.BYTES,
                calm ? whole : prefix,
                "%d of %d bytes from there, %d of %d to there".formatted(got, down, proxy.got(), up));
    }
}
