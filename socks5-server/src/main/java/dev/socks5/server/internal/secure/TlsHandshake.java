package dev.socks5.server.internal.secure;

import dev.socks5.server.CloseReason;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.Layer;
import dev.socks5.server.internal.net.Log;
import dev.socks5.server.internal.net.Timers;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Shakes hands by TLS: the owner of a connection until everything on it goes through a {@link TlsLayer}. What takes
 * long, such as to sign or to check a certificate, is done on another thread, and nothing is read meanwhile. There is
 * no time limit here; {@link #cancel} ends it at any time.
 */
public final class TlsHandshake implements Connection.Owner {

    /** Waits for the outcome, on the loop. Hears nothing more after the first of these, or after {@link #cancel}. */
    public interface Caller {

        /** Called when the connection is secured. It is the caller's from now on, and nothing is read yet. */
        void secured();

        /**
         * Called when the handshake has failed. The connection is the caller's, who closes it.
         *
         * @param reason for listeners: plain text that may quote a certificate, escaped
         * @param answered whether the peer has been told, so that the connection should not be reset
         */
        void failed(String reason, boolean answered);

        /** Called when the peer has ended its output without any failure. The connection is the caller's. */
        void left();

        /** Called when it was aborted. The connection is the caller's. */
        void abort(CloseReason reason);
    }

    /** Has work done on other threads, and its outcome taken on the loop. */
    @FunctionalInterface
    public interface Elsewhere {
        void run(Supplier<Outcome> work, Outcome ifItFails, Consumer<Outcome> then);
    }

    /** Whether work was done. */
    public enum Outcome {
        DONE,
        /** No other thread has taken it, because too much is under way. */
        NOT_TAKEN,
        /** It has failed in a way that the engine does not know of. */
        FAILED
    }

    /** The pause before work is offered again. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private final Connection connection;
    private final TlsLayer layer;
    private final Elsewhere threads;
    private final Caller caller;
    private final Timers.Timer pause;
    private Runnable work = () -> {};
    private boolean elsewhere;
    private boolean over;

    /** Prepares the handshake; {@link #start} begins it. */
    public TlsHandshake(Connection connection, SSLEngine engine, Elsewhere threads, Caller caller) {
        this.connection = connection;
        this.layer = new TlsLayer(engine, connection);
        this.threads = threads;
        this.caller = caller;
        this.pause = connection.loop().timers().timer(this::offerWork);
    }

    /**
     * Takes the connection over.
     *
     * @throws IOException if it cannot even begin
     */
    public void start() throws IOException {
        connection.lay(layer);
        connection.handOver(this);
        if (layer.engine().getUseClientMode()) {
            doElsewhere(this::begin); // It makes keys.
        } else {
            layer.engine().beginHandshake();
            connection.reading(true);
        }
    }

    private void begin() {
        try {
            layer.engine().beginHandshake();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void readable() throws IOException {
        if (elsewhere || over) { // Something may be pending, whatever the selector is asked for.
            connection.reading(false);
            return;
        }
        boolean left;
        try {
            left = connection.read(Layer.NOTHING.duplicate()) < 0;
        } catch (SSLException e) {
            fail(reason(e), !(e instanceof NotTlsException));
            return;
        } catch (RuntimeException e) { // A trust manager's, for one.
            Log.warn("a TLS handshake failed", e);
            fail("an unexpected failure, which the log has", true);
            return;
        }
        if (left) {
            cancel();
            caller.left();
        } else {
            proceed();
        }
    }

    private void proceed() {
        if (layer.needsWork()) {
            doElsewhere(this::runTasks);
        } else if (layer.isEstablished()) {
            cancel();
            connection.reading(false);
            caller.secured();
        } else {
            connection.reading(true);
        }
    }

    private void runTasks() {
        @Nullable Runnable task = layer.engine().getDelegatedTask();
        while (task != null) {
            task.run();
            task = layer.engine().getDelegatedTask();
        }
    }

    private void doElsewhere(Runnable what) {
        connection.reading(false);
        work = what;
        offerWork();
    }

    private void offerWork() {
        elsewhere = true;
        Runnable offered = work;
        threads.run(() -> attempt(offered), Outcome.NOT_TAKEN, outcome -> connection.guard(() -> workIsDone(outcome)));
    }

    private static Outcome attempt(Runnable work) {
        try {
            work.run();
            return Outcome.DONE;
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("a TLS handshake failed", e);
            return Outcome.FAILED;
        }
    }

    private void workIsDone(Outcome outcome) throws IOException {
        if (over) {
            return;
        }
        switch (outcome) {
            case NOT_TAKEN -> pause.set(PAUSE);
            case FAILED -> fail("an unexpected failure, which the log has", false);
            case DONE -> {
                elsewhere = false;
                readable();
            }
        }
    }

    private void fail(String reason, boolean answered) {
        if (!over) {
            cancel();
            caller.failed(reason, answered);
        }
    }

    /** Says what was wrong, by the kind of the failure. */
    private static String reason(SSLException failure) {
        for (@Nullable Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof CertificateException) {
                return "the certificate is not good: " + escaped(e.getMessage());
            }
        }
        return escaped(failure.getMessage());
    }

    /** Escapes what may be text of a certificate. */
    private static String escaped(@Nullable String text) {
        StringBuilder safe = new StringBuilder();
        String.valueOf(text).chars().limit(500).forEach(c -> {
            if (c >= ' ' && c < 0x7F) {
                safe.append((char) c);
            } else {
                safe.append("\\u%04x".formatted(c));
            }
        });
        return safe.toString();
    }

    /** Returns the peer's certificates, which were checked, its own first; empty if it has shown none. */
    public List<X509Certificate> peer() {
        return layer.peer();
    }

    /** Ends it: the caller hears nothing more. The connection is left alone. */
    public void cancel() {
        over = true;
        pause.cancel();
    }

    @Override
    public void abort(CloseReason reason) {
        cancel();
        caller.abort(reason);
    }
}
