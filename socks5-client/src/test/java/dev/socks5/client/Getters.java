package dev.socks5.client;

import java.io.Closeable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What all the getters of a socket say: those of today's JDK, and those that a later one may add. */
final class Getters {

    private Getters() {}

    /**
     * Asks them all.
     *
     * @param type whose getters
     * @param localPort its own, which is another one for each socket, and has a name here
     * @return by the getter's name; an exception by its class
     */
    static Map<String, String> of(Class<?> type, Object socket, int localPort) throws IllegalAccessException {
        Map<String, String> said = new TreeMap<>();
        for (Method getter : all(type)) {
            said.put(getter.getName(), said(getter, socket, localPort));
        }
        return said;
    }

    private static List<Method> all(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getParameterCount() == 0 && !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getName().matches("(get|is)(?!Class$)[A-Z].*|supportedOptions"))
                .toList();
    }

    private static String said(Method getter, Object socket, int localPort) throws IllegalAccessException {
        try {
            return text(getter.invoke(socket), localPort);
        } catch (InvocationTargetException e) {
            return e.getTargetException().getClass().getSimpleName();
        }
    }

    private static String text(@Nullable Object value, int localPort) {
        if (value instanceof Closeable) {
            return "open";
        }
        if (value instanceof Integer port && port > 0 && port == localPort) {
            return "its own port";
        }
        if (value instanceof InetSocketAddress address && address.getPort() > 0 && address.getPort() == localPort) {
            return address.getAddress() + ":its own port";
        }
        return value instanceof Set<?> options
                ? options.stream().map(Object::toString).sorted().toList().toString()
                : String.valueOf(value);
    }
}
