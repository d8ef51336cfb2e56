package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.codec.PasswordRequest;
import dev.socks5.server.internal.front.Acceptor;
import dev.socks5.server.internal.limits.ConnectionLimits;
import dev.socks5.server.internal.limits.LoginThrottle;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Listener;
import dev.socks5.server.internal.net.PortRange;
import dev.socks5.server.internal.net.SystemNetwork;
import dev.socks5.server.internal.policy.ListenAddress;
import dev.socks5.server.internal.report.Events;
import dev.socks5.server.internal.session.Core;
import java.net.InetAddress;
import java.net.Socket;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is given to the server fails; the server does not, and its one place for a connection is free again each time.
 */
@Timeout(60)
class FaultTest {

    private static final Logger LOG = Logger.getLogger("dev.socks5.server");
    private static final String LOGIN = "01 01 61 01 62";

    private final Recorder events = new Recorder();
    private @Nullable Level before;

    @BeforeEach
    void silence() {
        before = LOG.getLevel();
        LOG.setLevel(Level.OFF);
    }

    @AfterEach
    void speak() {
        LOG.setLevel(before);
    }

    /** What a policy may throw. */
    enum Fault {
        EXCEPTION {
            @Override
            void strike() {
                throw new IllegalStateException("on purpose");
            }
        },
        CHECKED {
            @Override
            void strike() {
                FaultTest.<RuntimeException>throwUnchecked(new Exception("on purpose"));
            }
        },
        ENDLESS_RECURSION {
            @Override
            @SuppressWarnings("InfiniteRecursion")
            void strike() {
                strike();
            }
        },
        OUT_OF_MEMORY {
            @Override
            void strike() {
                throw new OutOfMemoryError("on purpose");
            }
        };

        abstract void strike();
    }

    /** As code in languages that do not check exceptions can. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Exception> void throwUnchecked(Exception e) throws E {
        throw (E) e;
    }

    /** With one place and one loop: if either were lost, there would be no second connection. */
    private Socks5ServerBuilder builder() {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .maxConnections(1)
                .eventLoops(1)
                .listener(events);
    }

    private void assertNothingIsHeld(Socks5Server server) throws InterruptedException {
        events.until("closed");
        assertThat(server.core().lobby().size()).isZero();
        assertThat(server.core().blockingWork().underWay()).isZero();
        assertThat(server.core().userLimits().size()).isZero();
        CountDownLatch done = new CountDownLatch(1);
        EventLoop loop = server.loops().get(0);
        AtomicLong timers = new AtomicLong(-1);
        assertThat(loop.execute(() -> {
                    timers.set(loop.timers().size());
                    done.countDown();
                }))
                .isTrue();
        done.await();
        assertThat(timers).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource
    void aRuleThatThrowsOnTheLoop(Fault fault) throws Exception {
        AccessRule rule = new AccessRule() {
            @Override
            public Verdict judge(AccessRequest request) {
                if (request.destination().port() == 1) {
                    fault.strike();
                }
                return Verdict.undecided();
            }

            @Override
            public boolean mayBlock() {
                return false;
            }
        };
        try (Origin origin = new Origin();
                Socks5Server server = builder().accessRule(rule).start()) {
            for (int i = 0; i < 3; i++) {
                try (RawClient client = new RawClient(server)) {
                    client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                    client.send(RawClient.connect("127.0.0.1", 1)).expectFailure(0x01);
                }
                assertNothingIsHeld(server);
            }
            try (RawClient client = new RawClient(server).tunnelTo(origin.address())) {
                client.send("2e");
                assertThat(origin.take().getInputStream().read()).isEqualTo('.');
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRuleThatCannotSayWhetherItBlocks(Fault fault) throws Exception {
        AccessRule rule = new AccessRule() {
            @Override
            public Verdict judge(AccessRequest request) {
                return Verdict.undecided();
            }

            @Override
            public boolean mayBlock() {
                fault.strike();
                return false;
            }
        };
        try (Socks5Server server = builder().accessRule(rule).start()) {
            for (int i = 0; i < 3; i++) {
                try (RawClient client = new RawClient(server)) {
                    client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                    client.send(RawClient.connect("127.0.0.1", 1)).expectDropped();
                }
                assertNothingIsHeld(server);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResolverThatThrows(Fault fault) throws Exception {
        Resolver resolver = name -> {
            fault.strike();
            return List.of();
        };
        try (Socks5Server server = builder().resolver(resolver).start()) {
            for (int i = 0; i < 3; i++) {
                try (RawClient client = new RawClient(server)) {
                    client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                    client.send(RawClient.connect("a.example", 80)).expectFailure(0x01);
                }
                events.until("closed");
            }
        }
    }

    private static PasswordAuthenticator authenticator(Fault fault, boolean mayBlock) {
        return new PasswordAuthenticator() {
            @Override
            public Optional<? extends Principal> authenticate(PasswordRequest login, ClientAddress client) {
                fault.strike();
                return Optional.empty();
            }

            @Override
            public boolean mayBlock() {
                return mayBlock;
            }
        };
    }

    private void assertLoginsFail(Socks5Server server) throws Exception {
        for (int i = 0; i < 3; i++) {
            try (RawClient client = new RawClient(server)) {
                client.send(RawClient.LOGIN_GREETING)
                        .expect(RawClient.LOGIN_SELECTED)
                        .send(LOGIN);
                client.expect("01 01").expectEnd();
            }
            assertNothingIsHeld(server);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAuthenticatorThatThrowsOnTheLoop(Fault fault) throws Exception {
        try (Socks5Server server =
                builder().authenticator(authenticator(fault, false)).start()) {
            assertLoginsFail(server);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAuthenticatorThatThrowsOnTheExecutor(Fault fault) throws Exception {
        try (Socks5Server server = builder()
                .executor(Runnable::run)
                .authenticator(authenticator(fault, true))
                .start()) {
            assertLoginsFail(server);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aUserWhoCannotSayItsName(Fault fault) throws Exception {
        Principal nameless = () -> {
            fault.strike();
            return "";
        };
        try (Socks5Server server = builder()
                .maxPerUser(1)
                .authenticator((login, from) -> Optional.of(nameless))
                .start()) {
            for (int i = 0; i < 3; i++) {
                try (RawClient client = new RawClient(server)) {
                    client.send(RawClient.LOGIN_GREETING)
                            .expect(RawClient.LOGIN_SELECTED)
                            .send(LOGIN);
                    client.expect("01 00").expectDropped();
                }
                events.until("closed 0 0 FAULT");
            }
        }
    }

    @Test
    void anExecutorThatRejects() throws Exception {
        try (Socks5Server server = builder()
                .executor(task -> {
                    throw new RejectedExecutionException("on purpose");
                })
                .authenticator((login, from) -> Optional.of(new User("a")))
                .start()) {
            assertLoginsFail(server);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExecutorThatThrowsAnythingElse(Fault fault) throws Exception {
        try (Socks5Server server = builder().executor(task -> fault.strike()).start()) {
            for (int i = 0; i < 3; i++) {
                try (RawClient client = new RawClient(server)) {
                    client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                    client.send(RawClient.connect("a.example", 80)).expectFailure(0x01);
                }
                assertNothingIsHeld(server);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatCannotGetItsTicketLeavesNoPlaceTaken(Fault fault) throws Exception {
        EventLoop loop = Loops.open();
        ConnectionLimits limits = new ConnectionLimits(
                new SystemNetwork(),
                () -> 1,
                () -> 1,
                new LoginThrottle(() -> 0, () -> Duration.ZERO, System::nanoTime));
        Events broken = mock(Events.class);
        doThrow(thrownBy(fault)).when(broken).tell(any());
        Core core = mock(Core.class);
        when(core.connectionLimits()).thenReturn(limits);
        when(core.network()).thenReturn(new SystemNetwork());
        when(core.events()).thenReturn(broken);
        Listener listener = Listener.bind(new SystemNetwork(), InetAddress.getByName("127.0.0.1"), PortRange.ANY, 1);
        try {
            ListenAddress listen = new ListenAddress(listener.localAddress(), List.of());
            Acceptor acceptor = new Acceptor(core, listen, listener, loop, List.of(loop), new AtomicLong());
            loop.execute(acceptor::open);
            loop.start();
            try (Socket client = new Socket()) {
                client.connect(listener.localAddress(), RawClient.PATIENCE_MILLIS);
                client.setSoTimeout(RawClient.PATIENCE_MILLIS);
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(limits.awaitNone(Duration.ZERO)).isTrue();
        } finally {
            loop.stop();
            loop.join();
        }
    }

    @SuppressWarnings("CatchingUnchecked")
    private static Throwable thrownBy(Fault fault) {
        if (fault == Fault.CHECKED) {
            return new IllegalArgumentException("on purpose"); // A mock throws only what is declared.
        }
        try {
            fault.strike();
            throw new AssertionError("nothing was thrown");
        } catch (Throwable e) {
            return e;
        }
    }
}
