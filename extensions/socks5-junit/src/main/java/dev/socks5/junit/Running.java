package dev.socks5.junit;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.codec.Endpoint;
import dev.socks5.junit.Socks5TestProxyBuilder.Login;
import dev.socks5.junit.internal.proxy.Names;
import dev.socks5.junit.internal.proxy.RequestLog;
import dev.socks5.junit.internal.proxy.Scripts;
import dev.socks5.junit.internal.proxy.Watch;
import dev.socks5.junit.internal.wire.Wire;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A proxy that runs: a server, and a wire before it. All their threads are in one group. */
final class Running implements AutoCloseable {

    private static final String THREADS = "socks5-test-proxy";

    /** How long a policy of the test may take to end at an interrupt. */
    private static final long PATIENCE_MILLIS = 5_000;

    final RequestLog log = new RequestLog();
    final Scripts scripts = new Scripts();
    final Names names;
    final @Nullable Login login;
    final Wire wire;
    final Socks5Client client;
    private final ThreadGroup threads = RunningProxies.newThreads(THREADS);
    private final Deque<Runnable> closing = new ArrayDeque<>();

    /** Starts one, and leaves nothing behind if that fails. */
    Running(Socks5TestProxyBuilder settings) throws IOException {
        login = settings.login();
        names = new Names(settings.resolver());
        closing.push(this::joinThreads);
        try {
            Watch watch = new Watch(log, scripts, names);
            Socks5Server server = server(settings, watch);
            closing.push(server::close);
            wire = new Wire(server.localAddresses().get(0), watch::accepted, threads);
            closing.push(wire::close);
            InetSocketAddress address = wire.address();
            RunningProxies.add(address);
            closing.push(() -> RunningProxies.remove(address));
            client = client(settings);
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private Socks5Server server(Socks5TestProxyBuilder settings, Watch watch) throws IOException {
        ExecutorService policies = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(threads, task, THREADS + "-policy");
            thread.setDaemon(true);
            return thread;
        });
        closing.push(policies::shutdownNow);
        Socks5ServerBuilder builder = Socks5Server.builder()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .eventLoops(1)
                .executor(policies)
                .listener(watch)
                .listener(new RelayAddresses());
        settings.server().accept(builder);
        builder.resolver(names).accessRule(watch.before(settings.accessRule()));
        if (login != null) {
            PasswordAuthenticator logins = PasswordAuthenticator.of(Map.of(login.user(), login.password()));
            builder.authenticator(watch.before(logins));
        }
        return startInGroup(builder, policies);
    }

    /** Starts a server on a thread of the group: the threads that it makes are in the group of their maker. */
    private static Socks5Server startInGroup(Socks5ServerBuilder builder, ExecutorService group) throws IOException {
        FutureTask<Socks5Server> start = new FutureTask<>(builder::start);
        group.execute(start);
        try {
            return start.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted at the start of the proxy", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("the server does not start with these settings", e.getCause());
        }
    }

    private Socks5Client client(Socks5TestProxyBuilder settings) {
        Socks5ClientBuilder builder = Socks5Client.builder().proxy(wire.address());
        if (login != null) {
            builder.credentials(login.user(), login.password());
        }
        settings.client().accept(builder);
        return builder.build();
    }

    URI uri() {
        String user = login == null ? "" : encoded(login.user()) + ":" + encoded(login.password()) + "@";
        return URI.create("socks5h://" + user + Endpoint.of(wire.address()));
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = octet > 0 && Character.isLetterOrDigit(octet);
            encoded.append(plain ? String.valueOf((char) octet) : "%%%02X".formatted(octet));
        }
        return encoded.toString();
    }

    private void joinThreads() {
        Thread[] left = new Thread[threads.activeCount() + 16];
        int count = threads.enumerate(left);
        for (int i = 0; i < count; i++) {
            try {
                if (left[i] != Thread.currentThread()) {
                    TimeUnit.MILLISECONDS.timedJoin(left[i], PATIENCE_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Closes everything, and waits until all threads have ended. */
    @Override
    public void close() {
        while (!closing.isEmpty()) {
            closing.pop().run();
        }
    }
}
