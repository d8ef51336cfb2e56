package dev.socks5.client.internal.layer;

import java.io.IOException;

/**
 * Gives a result, or fails as I/O does.
 *
 * @param <T> the type of the result
 */
@FunctionalInterface
public interface IoCall<T> {
    T call() throws IOException;
}
