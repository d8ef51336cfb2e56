package dev.socks5.proxy;

import dev.socks5.server.ServerStatistics;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** One line on a terminal that tells once a second how busy a server is. */
final class StatusLine {

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private final PrintWriter out;
    private final Supplier<ServerStatistics> source;
    private int width;
    private boolean over;

    private StatusLine(PrintWriter out, Supplier<ServerStatistics> source) {
        this.out = out;
        this.source = source;
    }

    /**
     * Starts to show it.
     *
     * @param source asked once a second
     */
    static StatusLine show(PrintWriter out, Supplier<ServerStatistics> source) {
        StatusLine line = new StatusLine(out, source);
        Thread thread = new Thread(line::run, "socks5-status");
        thread.setDaemon(true);
        thread.start();
        return line;
    }

    /** What happened between two moments. */
    static String text(ServerStatistics before, ServerStatistics now, Duration between) {
        double seconds = Math.max(between.toNanos(), 1) / 1e9;
        return String.format(
                Locale.ROOT,
                "%d open, %.0f new/s, up %s/s, down %s/s",
                now.connections(),
                (now.accepted() - before.accepted()) / seconds,
                amount((now.bytesUp() - before.bytesUp()) / seconds),
                amount((now.bytesDown() - before.bytesDown()) / seconds));
    }

    private static String amount(double octets) {
        int unit = 0;
        double amount = octets;
        while (amount >= 999.5 && unit < UNITS.length - 1) {
            amount /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", amount, UNITS[unit]);
    }

    private synchronized void run() {
        ServerStatistics before = source.get();
        long then = System.nanoTime();
        try {
            while (true) {
                wait(INTERVAL.toMillis());
                if (over) {
                    return;
                }
                ServerStatistics now = source.get();
                long time = System.nanoTime();
                rewrite(text(before, now, Duration.ofNanos(time - then)));
                before = now;
                then = time;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Shows other text in place of the last. */
    private void rewrite(String text) {
        out.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
        out.flush();
        width = text.length();
    }

    /** Takes it away, so that something else can be printed. It does not come back. */
    synchronized void erase() {
        over = true;
        notifyAll();
        if (width > 0) {
            rewrite("");
            out.print("\r");
            out.flush();
        }
    }
}
