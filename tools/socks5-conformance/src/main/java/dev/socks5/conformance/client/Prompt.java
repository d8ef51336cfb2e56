package dev.socks5.conformance.client;

import java.io.PrintStream;
import java.time.Duration;

/** A program that a person starts: the suite says what, and sees nothing except what goes over the wire. */
public final class Prompt implements Program {

    private static final int SLOWNESS = 120;

    private final PrintStream terminal;

    /** Creates one that says on the terminal what is to be started. */
    public Prompt(PrintStream terminal) {
        this.terminal = terminal;
    }

    @Override
    public String describe(Task task) {
        return "to be fetched by hand: " + task.url() + " through " + task.proxyText();
    }

    @Override
    public boolean watched() {
        return false;
    }

    @Override
    public int slownessAtStart() {
        return SLOWNESS;
    }

    @Override
    public Run start(Task task) {
        terminal.println("Fetch " + task.url() + " through the SOCKS5 proxy " + task.proxyText());
        terminal.flush();
        return new Unwatched();
    }

    private static final class Unwatched implements Run {

        private final Output output = new Output();

        @Override
        public Output output() {
            return output;
        }

        @Override
        public boolean awaitEnd(Duration time) {
            return false;
        }

        @Override
        public String state() {
            return "is not watched";
        }

        @Override
        public void close() {}
    }
}
