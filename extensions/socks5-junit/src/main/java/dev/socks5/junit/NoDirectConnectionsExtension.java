package dev.socks5.junit;

import dev.socks5.junit.internal.guard.Guard;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.AssertionFailedError;

/** Has the guard on for a class and for each of its tests. */
final class NoDirectConnectionsExtension
        implements BeforeAllCallback,
                AfterAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {

    private static final Namespace NAMESPACE = Namespace.create(NoDirectConnectionsExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        open(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        open(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close(context);
    }

    private static void open(ExtensionContext context) {
        Store store = context.getStore(NAMESPACE);
        @Nullable Guard ofClass = store.get(Guard.class, Guard.class);
        store.put(
                Guard.class,
                Guard.open(ofClass, allowed(context), RunningProxies::contains, RunningProxies::isCurrentThread));
    }

    private static List<String> allowed(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getElement(), NoDirectConnections.class)
                .map(annotation -> List.of(annotation.allow()))
                .orElse(List.of());
    }

    private static void close(ExtensionContext context) {
        @Nullable Guard guard = context.getStore(NAMESPACE).remove(Guard.class, Guard.class);
        if (guard != null) {
            guard.close();
            guard.findings()
                    .filter(findings -> context.getExecutionException()
                            .filter(failure -> Findings.areIn(failure, findings))
                            .isEmpty())
                    .ifPresent(findings -> {
                        throw new AssertionFailedError(findings);
                    });
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw joined(context, failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw joined(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw joined(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw joined(context, failure);
    }

    @Override
    public void handleAfterAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw joined(context, failure);
    }

    private static Throwable joined(ExtensionContext context, Throwable failure) {
        @Nullable Guard guard = context.getStore(NAMESPACE).get(Guard.class, Guard.class);
        return Optional.ofNullable(guard)
                .flatMap(Guard::findings)
                .map(findings -> Findings.join(findings, failure))
                .orElse(failure);
    }
}
