package dev.socks5.server;

import dev.socks5.codec.PasswordRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Policies that fail when they are asked to: by the name, the port or the user. */
public final class FaultyPolicies implements AutoCloseable {

    static final String GOOD_NAME = "good.example";
    public static final String HANGING_NAME = "hangs.example";
    public static final String THROWING_NAME = "throws.example";
    public static final String DYING_NAME = "dies.example";
    public static final String UNKNOWN_NAME = "unknown.example";
    public static final int DENIED_PORT = 9;
    public static final int THROWING_PORT = 1;
    public static final int DYING_PORT = 2;
    static final String GOOD_PASSWORD = "good";
    static final String THROWING_PASSWORD = "throws";
    static final String DYING_PASSWORD = "dies";

    /** How many look-ups hang at a time: with one more, the one that has been at it longest is let go. */
    private static final int MAX_HANGING = 8;

    private static final int REJECTED_ONE_IN = 10;

    private final BlockingQueue<CountDownLatch> hanging = new LinkedBlockingQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger tasks = new AtomicInteger();

    public FaultyPolicies() {}

    /** Rejects some of its tasks. */
    Executor executor() {
        return task -> {
            if (tasks.incrementAndGet() % REJECTED_ONE_IN == 0) {
                throw new RejectedExecutionException("on purpose");
            }
            threads.execute(task);
        };
    }

    /** On the loop. */
    PasswordAuthenticator authenticator() {
        return new PasswordAuthenticator() {
            @Override
            public Optional<? extends Principal> authenticate(PasswordRequest login, ClientAddress client) {
                return switch (login.password()) {
                    case GOOD_PASSWORD -> Optional.of(new User(login.username()));
                    case THROWING_PASSWORD -> throw new IllegalStateException("on purpose");
                    case DYING_PASSWORD -> throw new StackOverflowError("on purpose");
                    default -> Optional.empty();
                };
            }

            @Override
            public boolean mayBlock() {
                return false;
            }
        };
    }

    /** On the loop. */
    AccessRule rule() {
        return new AccessRule() {
            @Override
            public Verdict judge(AccessRequest request) {
                return switch (request.destination().port()) {
                    case DENIED_PORT -> Verdict.deny("on purpose");
                    case THROWING_PORT -> throw new IllegalStateException("on purpose");
                    case DYING_PORT -> throw new OutOfMemoryError("on purpose");
                    default -> Verdict.undecided();
                };
            }

            @Override
            public boolean mayBlock() {
                return false;
            }
        };
    }

    /** On the executor. */
    Resolver resolver() {
        return name -> switch (name) {
            case GOOD_NAME -> List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
            case HANGING_NAME -> hang();
            case THROWING_NAME -> throw new IllegalStateException("on purpose");
            case DYING_NAME -> throw new StackOverflowError("on purpose");
            default -> throw new UnknownHostException(name);
        };
    }

    private List<InetAddress> hang() {
        CountDownLatch latch = new CountDownLatch(1);
        hanging.add(latch);
        if (hanging.size() > MAX_HANGING) {
            release();
        }
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.of();
    }

    private void release() {
        CountDownLatch oldest = hanging.poll();
        if (oldest != null) {
            oldest.countDown();
        }
    }

    void releaseAll() {
        while (!hanging.isEmpty()) {
            release();
        }
    }

    /** Now and then throws, now this, now that. */
    static Socks5ServerListener listener() {
        AtomicInteger calls = new AtomicInteger();
        return new Socks5ServerListener() {
            private void fail() {
                switch (calls.incrementAndGet() % 7) {
                    case 0 -> throw new IllegalStateException("on purpose");
                    case 1 -> throw new StackOverflowError("on purpose");
                    default -> {
                        // This time it works.
                    }
                }
            }

            @Override
            public void accepted(SessionInfo session) {
                fail();
            }

            @Override
            public void requested(SessionInfo session) {
                fail();
            }

            @Override
            public void closed(SessionInfo session, SessionEnd ending) {
                fail();
            }
        };
    }

    @Override
    public void close() {
        releaseAll();
        threads.shutdownNow();
    }
}
