package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.load.Figure;
import dev.socks5.benchmarks.load.Measure;
import dev.socks5.benchmarks.load.Target;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Takes what a {@link FakeServer} sends for its figure. */
final class OneOctet implements Measure {

    /** The process of each run. */
    final List<Long> pids = new ArrayList<>();

    private final String name;

    OneOctet(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Figure> run(Target target, Duration length) throws IOException {
        try (Socket socket =
                new Socket(target.address().getAddress(), target.address().getPort())) {
            socket.setSoTimeout(10_000);
            int octet = socket.getInputStream().read();
            if (octet < 0) {
                throw new EOFException("nothing came");
            }
            pids.add(target.pid().orElseThrow());
            return List.of(new Figure(name + ", octet", "octets", octet, true));
        }
    }
}
