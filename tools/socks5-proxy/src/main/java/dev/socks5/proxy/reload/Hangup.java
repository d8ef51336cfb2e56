package dev.socks5.proxy.reload;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Hears SIGHUP. Java's way to do so is in no standard module, and may be missing: a small run-time image may lack the
 * module {@code jdk.unsupported}, an operating system the signal. Then nothing is heard, and all else goes on.
 */
public final class Hangup {

    private static final String SIGNAL = "sun.misc.Signal";
    private static final String NAME = "HUP";

    private Hangup() {}

    /**
     * Has something done at each signal, on a thread of its own, instead of what the JVM does: it would end. One that
     * was started to ignore the signal, as by {@code nohup}, goes on to.
     *
     * @return whether signals will be heard, as far as can be known
     */
    public static boolean onSignal(Runnable action) {
        return onSignal(SIGNAL, action);
    }

    static boolean onSignal(String type, Runnable action) {
        try {
            Class<?> signal = Class.forName(type);
            Class<?> handler = Class.forName(type + "Handler");
            InvocationHandler calls = (proxy, method, arguments) -> {
                if (method.getDeclaringClass() == Object.class) {
                    return method.invoke(action, arguments);
                }
                action.run();
                return null;
            };
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance(NAME),
                            Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, calls));
            return true;
        } catch (ReflectiveOperationException e) {
            return false; // Missing, unknown here, or used by the JVM itself (-Xrs).
        }
    }
}
