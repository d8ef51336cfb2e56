package dev.socks5.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/**
 * Fails a test during which this JVM connects or looks a name up past the proxy: a socket or channel of any kind, a
 * datagram, a Unix domain socket, a look-up of a name or of an address. What goes direct is refused with an
 * {@link java.io.IOException}, so that nothing leaves the machine. It also fails the test at its end, with the target,
 * the thread and the stack of each, whichever thread it was and whatever became of the exception. If the test has
 * failed already, with an {@code IOException} or with one among its causes, this comes first and has the test's own
 * failure as a suppressed exception. It is itself suppressed in any other failure, such as an {@code AssertionError}.
 *
 * <pre>{@code
 * @NoDirectConnections(allow = "127.0.0.1:5432")
 * class MailTest {
 *
 *     @RegisterExtension
 *     static final Socks5ProxyExtension proxy = Socks5ProxyExtension.create();
 * }
 * }</pre>
 *
 * <p>Allowed are the proxies of this module that run in this JVM, and whatever these and a
 * {@code dev.socks5.server.Socks5Server} do themselves; look-ups of {@code localhost} and of this machine's own name
 * and addresses; and what the test declares, here or with {@link DirectConnections#allow}. Connections to loopback are
 * direct like all others.
 *
 * <p>On a class, the guard is on from before its {@code @BeforeAll} methods until after its {@code @AfterAll} methods,
 * and for nested classes too. On a method, it is on for the test and its {@code @BeforeEach} and {@code @AfterEach}
 * methods. It sees all threads, and cannot tell which test a thread works for: it runs no other test of its engine
 * meanwhile, and blames the guarded test for a thread that an earlier test has left behind.
 *
 * <p>It is an agent that the JVM attaches to itself for the first guarded test. JDK 21 and later warn about that, and a
 * JVM can forbid it: start it with {@code -javaagent:PATH/socks5-junit.jar} then; the message has the path. Where there
 * is no agent, guarded tests fail. Connections that stood before are not seen, nor is native code, except Netty's epoll
 * transport.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(NoDirectConnectionsExtension.class)
@ResourceLock(Resources.GLOBAL)
public @interface NoDirectConnections {

    /**
     * Allows destinations.
     *
     * @return patterns as {@link dev.socks5.codec.EndpointPattern} reads them, in which a missing port means all ports,
     *     and {@code unix:} with a path for Unix domain sockets. A text that is neither fails the test. The look-up of
     *     a name is allowed if a pattern matches that name with some port; a connection if it matches the address or
     *     the name by which the address was found
     */
    String[] allow() default {};
}
