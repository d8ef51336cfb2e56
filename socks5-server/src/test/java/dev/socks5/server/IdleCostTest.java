package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

/** A loop with nothing to do does nothing: no channel is watched for what nobody wants to know, or it would spin. */
@Timeout(60)
class IdleCostTest {

    private static final long MOMENT_MILLIS = 400;
    private static final String ASSOCIATE = "05 03 00 01 00 00 00 00 00 00";

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
        NOTHING {
            @Override
            void reach(IdleCostTest test, Socks5Server server) {}
        },
        HANDSHAKE {
            @Override
            void reach(IdleCostTest test, Socks5Server server) throws IOException {
                test.greeted(server);
            }
        },
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
        TUNNEL_USED {
            @Override
            void reach(IdleCostTest test, Socks5Server server) throws Exception {
                Socket[] tunnel = test.tunnel(server);
                tunnel[0].getOutputStream().write('.');
                tunnel[1].getInputStream().read();
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
        },
        ASSOCIATION_USED {
            @Override
            void reach(IdleCostTest test, Socks5Server server) throws Exception {
                UdpOrigin ipv4 = test.opened(new UdpOrigin());
                UdpOrigin ipv6 = test.opened(new UdpOrigin("::1"));
                UdpClient client = test.opened(new UdpClient(server));
                client.send(ipv4.address(), new byte[1]).send(ipv6.address(), new byte[1]);
                ipv4.take();
                ipv6.take();
            }
        },
        ASSOCIATION_PAUSED {
            @Override
            void reach(IdleCostTest test, Socks5Server server) throws Exception {
                UdpOrigin origin = test.opened(new UdpOrigin());
                UdpClient client = test.opened(new UdpClient(server));
                client.send(origin.address(), new byte[300]).send(origin.address(), new byte[300]);
                origin.take();
                origin.answer(new byte[300]);
                origin.answer(new byte[300]);
                client.receive(origin.address());
            }
        },
        ASSOCIATION_WITH_A_SOCKET_OPENED_WHILE_PAUSED {
            @Override
            void reach(IdleCostTest test, Socks5Server server) throws Exception {
                UdpOrigin ipv4 = test.opened(new UdpOrigin());
                UdpOrigin ipv6 = test.opened(new UdpOrigin("::1"));
                UdpClient client = test.opened(new UdpClient(server));
                client.send(ipv4.address(), new byte[1]);
                ipv4.take();
                ipv4.answer(new byte[300]);
                client.receive(ipv4.address());
                client.send(ipv6.address(), new byte[1]);
                ipv6.take();
                ipv6.answer(new byte[1]);
            }
        },
        BIND {
            @Override
            void reach(IdleCostTest test, Socks5Server server) throws IOException {
                test.greeted(server).send("05 02 00 01 7f 00 00 01 00 00").readReply();
            }
        },
        BIND_WITH_MUCH_SENT_AHEAD {
            @Override
            void reach(IdleCostTest test, Socks5Server server) throws IOException {
                RawClient client = test.greeted(server).send("05 02 00 01 7f 00 00 01 00 00");
                client.readReply();
                client.send(new byte[20_000]);
            }
        },
        SENT_AHEAD_OF_A_DIAL {
            @Override
            void reach(IdleCostTest test, Socks5Server server) throws IOException {
                Deaf deaf = test.opened(new Deaf("127.0.0.1"));
                test.greeted(server).send(RawClient.connect(deaf.address())).send(new byte[20_000]);
            }
        },
        UPSTREAM_ASKED {
            @Override
            void reach(IdleCostTest test, Socks5Server server) throws Exception {
                test.greeted(server).send(ASSOCIATE + " 2e 2e");
            }
        };

        abstract void reach(IdleCostTest test, Socks5Server server) throws Exception;
    }

    private RawClient greeted(Socks5Server server) throws IOException {
        return opened(new RawClient(server)).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }

    private Socket[] tunnel(Socks5Server server) throws Exception {
        Origin origin = opened(new Origin());
        RawClient client = opened(new RawClient(server)).tunnelTo(origin.address());
        return new Socket[] {client.socket(), origin.take()};
    }

    @ParameterizedTest
    @EnumSource
    void nothingToDo(State state) throws Exception {
        Socks5ServerBuilder builder =
                Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1);
        if (state.name().endsWith("PAUSED")) {
            builder.bandwidthPerConnection(1);
        }
        if (state == State.UPSTREAM_ASKED) {
            RawUpstream silent = opened(new RawUpstream());
            builder.connector(Connector.always(Route.through(silent.upstream())));
        }
        Socks5Server server = opened(builder.start());
        state.reach(this, server);
        long before = cpuTimeOfLoop(server);
        // Nothing is to happen, so there is nothing to wait for.
        TimeUnit.MILLISECONDS.sleep(MOMENT_MILLIS);
        long used = cpuTimeOfLoop(server) - before;
        assertThat(TimeUnit.NANOSECONDS.toMillis(used)).isLessThan(MOMENT_MILLIS / 8);
    }

    private static long cpuTimeOfLoop(Socks5Server server) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        CompletableFuture<Long> time = new CompletableFuture<>();
        server.loops().get(0).execute(() -> time.complete(threads.getCurrentThreadCpuTime()));
        return time.get(10, TimeUnit.SECONDS);
    }
}
