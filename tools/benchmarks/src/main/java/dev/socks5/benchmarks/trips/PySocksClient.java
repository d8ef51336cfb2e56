package dev.socks5.benchmarks.trips;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * PySocks, in a process of Python's that stays: it takes the time itself, so that neither the start of an interpreter
 * nor the way to it counts. Not safe for use by several threads at once.
 */
final class PySocksClient implements Client {

    /** Debian has PySocks for its own Python. */
    private static final String PYTHON = "/usr/bin/python3";

    private static final String READY = "PySocks ";

    private static final String SCRIPT = """
            import socks, sys, time
            print("PySocks", socks.__version__, flush=True)
            for line in sys.stdin:
                proxy, origin, user, password, request, patience = line.split()
                login = {} if user == "-" else {"username": user, "password": password}
                try:
                    start = time.perf_counter_ns()
                    with socks.socksocket() as tunnel:
                        tunnel.settimeout(float(patience))
                        tunnel.set_proxy(socks.SOCKS5, "127.0.0.1", int(proxy), **login)
                        tunnel.connect(("127.0.0.1", int(origin)))
                        tunnel.sendall(request.encode())
                        answer = tunnel.recv(1)
                        print(time.perf_counter_ns() - start, answer[0] if answer else -1, flush=True)
                except OSError as e:
                    print(repr(e), flush=True)
            """;

    private final Process process;
    private final BufferedReader output;
    private final String version;

    private PySocksClient(Process process, BufferedReader output, String version) {
        this.process = process;
        this.output = output;
        this.version = version;
    }

    /** Starts it; empty if this machine has no Python, or that has no PySocks. */
    static Optional<PySocksClient> start() {
        try {
            Process process = new ProcessBuilder(PYTHON, "-c", SCRIPT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String first = output.readLine();
            return first != null && first.startsWith(READY)
                    ? Optional.of(new PySocksClient(process, output, first))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public String name() {
        return version;
    }

    @Override
    public boolean chains() {
        return false;
    }

    @Override
    public long nanos(Route route) throws IOException {
        String line = "%d %d %s %s %s %d\n"
                .formatted(
                        route.firstProxy().getPort(),
                        route.origin().getPort(),
                        route.login() ? Route.USER : "-",
                        Route.PASSWORD,
                        new String(Origin.request(), StandardCharsets.US_ASCII),
                        PATIENCE.toSeconds());
        process.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
        String answer = String.valueOf(output.readLine());
        if (!answer.matches("\\d+ -?\\d+")) {
            throw new IOException(answer);
        }
        int space = answer.indexOf(' ');
        Origin.check(Integer.parseInt(answer.substring(space + 1)));
        return Long.parseLong(answer.substring(0, space));
    }

    @Override
    public void close() {
        process.destroy();
    }
}
