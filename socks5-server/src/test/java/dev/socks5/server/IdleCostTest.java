package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A loop with nothing to do does nothing: no channel is watched for what nobody wants to know, or it would spin. These
 * are the states in which the system's own selector matters; the simulation has all of them.
 */
@Timeout(60)
class IdleCostTest {

    private static final long MOMENT_MILLIS = 90;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    /** What a server may be waiting with. */
    enum State {
        AFTER_AN_END {
            @Override
            void reach(IdleCostTest test, Socks5Server server) throws Exception {
                test.tunnel(server)[0].shutdownOutput();
            }
        },
        AFTER_AN_END_OF_THE_ORIGIN {
            @Override
            void reach(IdleCostTest test, Socks5Server server) throws Exception {
                test.tunnel(server)[1].shutdownOutput();
            }
        },
        BY_TLS_AFTER_AN_END {
            @Override
            void reach(IdleCostTest test, Socks5Server server) throws Exception {
                test.tunnel(server)[0].shutdownOutput();
            }
        },
        BY_TLS_AFTER_AN_END_OF_THE_ORIGIN {
            @Override
            void reach(IdleCostTest test, Socks5Server server) throws Exception {
                test.tunnel(server)[1].shutdownOutput();
            }
        },
        TUNNEL_PAUSED {
            @Override
            void reach(IdleCostTest test, Socks5Server server) throws Exception {
                Socket[] tunnel = test.tunnel(server);
                tunnel[0].getOutputStream().write(new byte[1_000]);
                tunnel[1].getOutputStream().write(new byte[1_000]);
                tunnel[1].getInputStream().readNBytes(256);
                tunnel[0].getInputStream().readNBytes(256);
            }
        };

        abstract void reach(IdleCostTest test, Socks5Server server) throws Exception;
    }

    private Socket[] tunnel(Socks5Server server) throws Exception {
        Origin origin = opened(new Origin());
        boolean secured = Inside.core(server).settings().listen().get(0).tls() != null;
        RawClient client = secured ? TlsPeers.client(server) : opened(new RawClient(server));
        client.tunnelTo(origin.address());
        return new Socket[] {client.socket(), origin.take()};
    }

    @ParameterizedTest
    @EnumSource
    void nothingToDo(State state) throws Exception {
        Socks5ServerBuilder builder = state.name().startsWith("BY_TLS")
                ? TlsPeers.builder()
                : Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1);
        if (state.name().endsWith("PAUSED")) {
            builder.bandwidthPerConnection(1);
        }
        Socks5Server server = opened(builder.start());
        state.reach(this, server);
        long before = cpuTimeOfLoop(server);
        // Nothing is to happen, so there is nothing to wait for.
        TimeUnit.MILLISECONDS.sleep(MOMENT_MILLIS);
        long used = cpuTimeOfLoop(server) - before;
        assertThat(TimeUnit.NANOSECONDS.toMillis(used)).isLessThan(MOMENT_MILLIS / 3);
    }

    private static long cpuTimeOfLoop(Socks5Server server) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        CompletableFuture<Long> time = new CompletableFuture<>();
        server.loops().get(0).execute(() -> time.complete(threads.getCurrentThreadCpuTime()));
        return time.get(10, TimeUnit.SECONDS);
    }
}
