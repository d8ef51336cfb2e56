package dev.socks5.junit;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts a {@link Socks5TestProxy} for tests of JUnit. A static field has one for all tests of the class and of the
 * classes nested in it, any other field one for each test:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final Socks5ProxyExtension proxy = Socks5ProxyExtension.create();
 *
 * @Test
 * void leavesTheNameToTheProxy() throws Exception {
 *     new Whois(proxy.proxy()).ask("whois.test", 43, "example.com");
 *     proxy.requireProxied("whois.test", 43);
 * }
 * }</pre>
 *
 * <p>Before each test records and faults are forgotten ({@link #clear()}), so that faults belong into the test or into
 * a method that runs before each one. A test that has not failed by itself fails if a fault that it has asked for has
 * not happened ({@link #requireFaultsMet()}). Where tests of one class run at the same time, have a field that is not
 * static: the records and faults of one proxy belong to one test at a time, and a second one fails.
 */
public final class Socks5ProxyExtension extends ProxyControls
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {

    private final Socks5TestProxyBuilder settings;
    private @Nullable Running running;

    /** The classes and tests that use the proxy at the moment, by their ids: the last one closes it. */
    private final Set<String> users = new HashSet<>();

    /** The test that has the proxy at the moment. */
    private @Nullable ExtensionContext test;

    private Socks5ProxyExtension(Socks5TestProxyBuilder settings) {
        this.settings = settings;
    }

    /**
     * Creates an extension whose proxy serves everybody on this host without a login.
     *
     * @return an extension for a field with {@link org.junit.jupiter.api.extension.RegisterExtension}
     */
    public static Socks5ProxyExtension create() {
        return create(settings -> {});
    }

    /**
     * Creates an extension whose proxy has settings of its own: {@code create(proxy -> proxy.login("alice",
     * "secret"))}.
     *
     * @param settings changes the defaults
     * @return an extension for a field with {@link org.junit.jupiter.api.extension.RegisterExtension}
     */
    public static Socks5ProxyExtension create(Consumer<Socks5TestProxyBuilder> settings) {
        Socks5TestProxyBuilder builder = Socks5TestProxy.builder();
        settings.accept(builder);
        return new Socks5ProxyExtension(builder);
    }

    @Override
    synchronized Running running() {
        if (running == null) {
            throw new IllegalStateException(
                    "the proxy is not running. Is the field annotated with @RegisterExtension? In a static field the proxy"
                            + " runs from @BeforeAll on, in any other from @BeforeEach on; not in initialisers of fields");
        }
        return running;
    }

    private synchronized void start(ExtensionContext user) throws IOException {
        if (running == null) {
            running = new Running(settings);
        }
        users.add(user.getUniqueId());
    }

    /** May be called for what has not started it: JUnit calls the ends of extensions whose begin it left out, too. */
    private synchronized void stop(ExtensionContext user) {
        if (isSame(test, user)) {
            test = null;
        }
        users.remove(user.getUniqueId());
        if (users.isEmpty() && running != null) {
            running.close();
            running = null;
        }
    }

    /** Classes that inherit one field can register it twice, and then a test begins twice. */
    private static boolean isSame(@Nullable ExtensionContext one, ExtensionContext other) {
        return one != null && one.getUniqueId().equals(other.getUniqueId());
    }

    private synchronized void begin(ExtensionContext next) throws IOException {
        if (test != null && !isSame(test, next)) {
            throw new IllegalStateException("two tests use one proxy at the same time, " + test.getDisplayName()
                    + " and " + next.getDisplayName()
                    + ": make the field not static, or run them one after the other");
        }
        start(next);
        test = next;
    }

    /**
     * Starts the proxy.
     *
     * @param context of a class
     * @throws IOException if it cannot listen
     */
    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        start(context);
    }

    /**
     * Starts the proxy if none is there for the whole class, else forgets records and faults.
     *
     * @param context of a test
     * @throws IOException if it cannot listen
     * @throws IllegalStateException if another test uses the proxy at this moment
     */
    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        begin(context);
        clear();
    }

    /**
     * Requires that all faults have happened, unless the test has failed anyway, and closes the proxy if it was started
     * for this test.
     *
     * @param context of a test
     */
    @Override
    public void afterEach(ExtensionContext context) {
        try {
            if (context.getExecutionException().isEmpty()) {
                requireFaultsMet();
            }
        } finally {
            stop(context);
        }
    }

    /**
     * Closes the proxy.
     *
     * @param context of a class
     */
    @Override
    public void afterAll(ExtensionContext context) {
        stop(context);
    }
}
