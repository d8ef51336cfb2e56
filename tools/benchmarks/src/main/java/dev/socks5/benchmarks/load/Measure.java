package dev.socks5.benchmarks.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** One kind of load. */
public interface Measure {

    /** What it is called on the command line: {@code download-16}. */
    String name();

    /**
     * Puts the load on a server.
     *
     * @param target the server
     * @param length how long to measure, without what it takes to set up and to warm up
     * @return the figures, each with a name of its own; those that need a process are left out if there is none
     * @throws IOException if the server did not do what was asked of it: a figure of half a success is none
     */
    List<Figure> run(Target target, Duration length) throws IOException;
}
