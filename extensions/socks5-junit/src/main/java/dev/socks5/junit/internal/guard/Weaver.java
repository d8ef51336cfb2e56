package dev.socks5.junit.internal.guard;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/** Puts a call of the gate at the head of each hooked method. */
final class Weaver implements ClassFileTransformer {

    private static final int API = Opcodes.ASM9;

    private volatile @Nullable Throwable failure;

    /** Throws if a class could not be hooked as it should: it would go unseen. */
    void requireNoFailure() {
        Throwable seen = failure;
        if (seen != null) {
            throw new IllegalStateException("the guard does not know this JDK or library: " + seen.getMessage(), seen);
        }
    }

    /** Whether a class that is loaded already has to be transformed anew. */
    static boolean concerns(Class<?> type) {
        return !Hook.of(type.getClassLoader() == null, type.getName().replace('.', '/'))
                .isEmpty();
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable Module module,
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        if (name == null) {
            return null;
        }
        List<Hook> hooks = Hook.of(loader == null, name);
        if (hooks.isEmpty()) {
            return null;
        }
        try {
            return weave(name, bytes, hooks);
        } catch (Throwable e) { // The JVM would drop it.
            failure = e;
            return null;
        }
    }

    private static byte[] weave(String name, byte[] bytes, List<Hook> hooks) {
        ClassReader reader = new ClassReader(bytes);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        Set<String> missing = new HashSet<>();
        hooks.forEach(hook -> missing.add(hook.method()));
        reader.accept(
                new ClassVisitor(API, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String method, String descriptor, String signature, String[] exceptions) {
                        MethodVisitor code = super.visitMethod(access, method, descriptor, signature, exceptions);
                        for (Hook hook : hooks) {
                            if (hook.isFor(method, descriptor)) {
                                missing.remove(method);
                                return new Head(code, hook, (access & Opcodes.ACC_STATIC) != 0);
                            }
                        }
                        return code;
                    }
                },
                0);
        if (!missing.isEmpty()) {
            throw new IllegalStateException(name + " has no " + missing + " of the expected form");
        }
        return writer.toByteArray();
    }

    /** Writes the call, and then what the method does of its own. */
    private static final class Head extends MethodVisitor {
        private final Hook hook;
        private final boolean isStatic;

        private Head(MethodVisitor code, Hook hook, boolean isStatic) {
            super(API, code);
            this.hook = hook;
            this.isStatic = isStatic;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            visitLdcInsn(hook.kind().name());
            visitVarInsn(Opcodes.ALOAD, slot(hook.host()));
            if (hook.kind() == Kind.REVERSE_LOOKUP) {
                returnTextInstead();
            } else {
                if (hook.port() < 0) {
                    visitInsn(Opcodes.ICONST_M1);
                } else {
                    visitVarInsn(Opcodes.ILOAD, slot(hook.port()));
                }
                call("check", "(Ljava/lang/String;Ljava/lang/Object;I)V");
            }
        }

        private void returnTextInstead() {
            call("textInstead", "(Ljava/lang/String;Ljava/net/InetAddress;)Ljava/lang/String;");
            visitInsn(Opcodes.DUP);
            Label goesOn = new Label();
            visitJumpInsn(Opcodes.IFNULL, goesOn);
            visitInsn(Opcodes.ARETURN);
            visitLabel(goesOn);
            visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {"java/lang/String"});
            visitInsn(Opcodes.POP);
        }

        private void call(String method, String descriptor) {
            visitMethodInsn(Opcodes.INVOKESTATIC, GateCopy.NAME, method, descriptor, false);
        }

        private int slot(int argument) {
            Type[] arguments = Type.getArgumentTypes(hook.descriptor());
            int slot = isStatic ? 0 : 1;
            for (int i = 0; i < argument; i++) {
                slot += arguments[i].getSize();
            }
            return slot;
        }
    }
}
