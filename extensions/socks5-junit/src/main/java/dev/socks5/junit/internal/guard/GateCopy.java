package dev.socks5.junit.internal.guard;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.commons.ClassRemapper;
import net.bytebuddy.jar.asm.commons.SimpleRemapper;

/**
 * The copy of {@link Gate} that the JDK's classes and all others see. It stands in a package of {@code java.base}:
 * there every class finds it, whatever its loader and its module are.
 */
final class GateCopy {

    /** Its internal name. */
    static final String NAME = "java/net/Socks5DirectConnectionsGate";

    private static final String TEMPLATE = "dev/socks5/junit/internal/guard/Gate";

    private GateCopy() {}

    /** Returns the class, and defines it if no copy of the guard has done so before. */
    static Class<?> define(Instrumentation instrumentation) throws IOException, IllegalAccessException {
        try {
            return Class.forName(NAME.replace('/', '.'), true, null);
        } catch (ClassNotFoundException e) {
            Module base = InetAddress.class.getModule();
            Map<String, Set<Module>> open =
                    Map.of(InetAddress.class.getPackageName(), Set.of(GateCopy.class.getModule()));
            instrumentation.redefineModule(base, Set.of(), Map.of(), open, Set.of(), Map.of());
            Lookup lookup = MethodHandles.privateLookupIn(InetAddress.class, MethodHandles.lookup());
            return lookup.defineClass(bytes());
        }
    }

    private static byte[] bytes() throws IOException {
        try (InputStream in = GateCopy.class.getResourceAsStream("Gate.class")) {
            if (in == null) {
                throw new IOException("Gate.class is missing");
            }
            ClassWriter writer = new ClassWriter(0);
            new ClassReader(in.readAllBytes()).accept(new ClassRemapper(writer, new SimpleRemapper(TEMPLATE, NAME)), 0);
            return writer.toByteArray();
        }
    }
}
