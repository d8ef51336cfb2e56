package dev.socks5.proxy;

import dev.socks5.proxy.input.Terminal;
import dev.socks5.proxy.input.TextFile;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** What the server tells while it runs: the options, and what becomes of them. */
final class Watch implements AutoCloseable {

    private static final Path STANDARD_OUTPUT = Path.of("-");

    @Option(
            names = "--access-log",
            paramLabel = "FILE",
            description = "Append a line for each connection to a file; - is standard output.")
    private Path accessLogFile;

    @Option(
            names = {"-v", "--verbose"},
            description = "Print a line for everything that happens to a connection.")
    private boolean verbose;

    private LateFile file; // Null without a log, or if that is on standard output.
    private AccessLog accessLog;
    private LineWriter console;
    private StatusLine status;

    /** Whether standard output is for the log alone. */
    boolean ownsStandardOutput() {
        return STANDARD_OUTPUT.equals(accessLogFile);
    }

    /**
     * Opens what is asked for.
     *
     * @throws IllegalArgumentException if the log cannot be written
     */
    void configure(Socks5ServerBuilder builder) {
        if (accessLogFile != null) {
            accessLog = new AccessLog(open(), Clock.systemUTC(), System::nanoTime);
            builder.listener(accessLog);
        }
        if (verbose) {
            OutputStream err = new FileOutputStream(FileDescriptor.err);
            console = new LineWriter("socks5-verbose", err, count -> count + " lines dropped");
            builder.listener(new ConsoleLog(console::print));
        }
    }

    private OutputStream open() {
        if (ownsStandardOutput()) {
            return new FileOutputStream(FileDescriptor.out); // Closed by nobody.
        }
        try {
            file = LateFile.append(accessLogFile);
            return file;
        } catch (IOException e) {
            throw new IllegalArgumentException(cannotWrite(e), e);
        }
    }

    /** Has the access log go on in what has its name then: the file may have been renamed. Tells what came of it. */
    void reopenLog(Consumer<String> messages) {
        if (file != null) {
            accessLog.between(() -> reopen(messages));
        }
    }

    private boolean reopen(Consumer<String> messages) {
        try {
            boolean empty = file.reopen();
            messages.accept("reloaded: --access-log " + accessLogFile + " is opened anew");
            return empty;
        } catch (IOException e) {
            messages.accept("not reloaded, the log goes on in the file of before: " + cannotWrite(e));
            return false;
        }
    }

    private String cannotWrite(IOException e) {
        return "cannot write --access-log " + accessLogFile + ": " + TextFile.reason(e);
    }

    /** Shows the status line, if this is the place for it. */
    void follow(Socks5Server server, PrintWriter out) {
        if (wantsStatus(Terminal.isThere(), verbose, ownsStandardOutput())) {
            status = StatusLine.show(out, server::statistics);
        }
    }

    /** It would be lost among other lines. */
    static boolean wantsStatus(boolean terminal, boolean verbose, boolean logOnStandardOutput) {
        return terminal && !verbose && !logOnStandardOutput;
    }

    /** Takes the status line away. */
    void makeRoom() {
        if (status != null) {
            status.erase();
        }
    }

    /** Writes what is left in the logs. Close the server first. */
    @Override
    public void close() {
        if (accessLog != null) {
            accessLog.close();
        }
        if (console != null) {
            console.close();
        }
        if (file == null) {
            return;
        }
        try {
            file.close();
        } catch (IOException e) {
            // Everything has been written, or could not be.
        }
    }
}
