package dev.socks5.server.internal.policy;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The terms that hold now. Read by all threads, and replaced as a whole by any. */
public final class InForce {

    private volatile @Nullable Terms terms;

    /** Makes a place for terms; the first ones follow, before anybody asks for them. */
    public InForce() {}

    /** Returns the terms that hold now. A decision reads them once, at its beginning. */
    public Terms terms() {
        return Objects.requireNonNull(terms);
    }

    /** Has other terms hold from now on. */
    public void replace(Terms next) {
        terms = next;
    }
}
