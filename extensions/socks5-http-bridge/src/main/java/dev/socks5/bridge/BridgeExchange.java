package dev.socks5.bridge;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A request that is passed on to its origin, and the response. Both ways go on at the same time: an origin may answer
 * before it has the whole request, and a client may wait for an answer before it sends the body (RFC 9110 section
 * 10.1.1).
 */
final class BridgeExchange {

    private final HttpInput client;
    private final HttpInput origin;
    private final BridgeRequest request;
    private final HttpHead forOrigin;
    private final BridgeShared shared;

    /** Set by the first failure, and by a client that gives up: what fails after that comes of it. */
    private final AtomicBoolean failed = new AtomicBoolean();

    /** The client gets one final response: the origin's, or the bridge's own. */
    private final ReentrantLock lock = new ReentrantLock();

    private boolean answered;

    /** Once an origin has declined WebSocket: notices a client that gives up, for there is no body to be sent. */
    private @Nullable Future<?> watching;

    /**
     * @param forOrigin the request's head, in the form for its origin
     * @param shared its time limit holds for the answer to a WebSocket handshake
     */
    BridgeExchange(HttpInput client, HttpInput origin, BridgeRequest request, HttpHead forOrigin, BridgeShared shared) {
        this.client = client;
        this.origin = origin;
        this.request = request;
        this.forOrigin = forOrigin;
        this.shared = shared;
    }

    /** Returns when both ways have ended. */
    void run() throws IOException {
        try {
            origin.socket().getOutputStream().write(forOrigin.encode());
        } catch (IOException e) {
            refuse(e, BridgeRefusal.ofAnswer(request.destination(), e));
            client.socket().shutdownOutput();
            client.drain(BridgeConnection.FAREWELL);
            return;
        }
        if (request.webSocket()) {
            switchProtocols();
            return;
        }
        Future<?> sending = shared.threads().submit(this::sendBody);
        try {
            if (answer()) {
                client.socket().shutdownOutput();
                BridgeThreads.await(sending, BridgeConnection.FAREWELL);
            }
        } finally {
            // Whoever still sends is in the way of a close in order: TLS would wait for its turn.
            BridgeTunnel.reset(origin.socket());
        }
    }

    /** What the client sends after the handshake belongs to the other protocol, if the origin agrees to that. */
    private void switchProtocols() throws IOException {
        origin.deadline(Deadline.after(shared.client().connectTimeout()));
        if (answer()) {
            client.socket().shutdownOutput();
            if (watching == null) {
                client.drain(BridgeConnection.FAREWELL);
            } else {
                BridgeThreads.await(watching, BridgeConnection.FAREWELL);
            }
        }
    }

    /** Runs beside {@link #answer()}. */
    private void sendBody() {
        try {
            request.framing().relay(client, new UntilFailure(origin.socket().getOutputStream()));
            // Nothing more was asked for. If this is the client's end, it does not wait for the response any longer.
            client.drain();
        } catch (HttpFormatException e) {
            refuse(e, e.refusal());
        } catch (IOException e) {
            // The client is gone.
        } finally {
            failed.set(true);
            BridgeTunnel.reset(origin.socket());
        }
    }

    /** An origin that takes no more of a body may still answer; the rest of the body is dropped. */
    private static final class UntilFailure extends OutputStream {

        private final OutputStream out;
        private boolean failed;

        UntilFailure(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] data, int offset, int length) {
            if (failed) {
                return;
            }
            try {
                out.write(data, offset, length);
            } catch (IOException e) {
                failed = true;
            }
        }
    }

    /** Notices a client that takes no more of a response: that is no failure of its request. */
    private final class ToClient extends FilterOutputStream {

        ToClient(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] data, int offset, int length) throws IOException {
            try {
                out.write(data, offset, length);
            } catch (IOException e) {
                failed.set(true);
                throw e;
            }
        }
    }

    /** Passes the response on; false if it was cut short, and the client has been told by a reset. */
    private boolean answer() {
        boolean begun = false;
        try {
            BridgeResponse response = finalResponse();
            begun = begin();
            if (begun) {
                passOn(response);
            }
            return true;
        } catch (IOException e) {
            BridgeRefusal refusal = BridgeRefusal.ofAnswer(request.destination(), e);
            if (begun) {
                report(e, refusal);
                BridgeTunnel.reset(client.socket());
                return false;
            }
            refuse(e, refusal);
            return true;
        }
    }

    private BridgeResponse finalResponse() throws IOException {
        while (true) {
            BridgeResponse response = BridgeResponse.read(origin, request);
            if (!response.isInterim()) {
                return response;
            }
            passOnInterim(response);
        }
    }

    /** HTTP/1.0 has no such thing. */
    private void passOnInterim(BridgeResponse response) throws IOException {
        lock.lock();
        try {
            if (request.http11() && !answered) {
                send(response.forClient().encode());
            }
        } finally {
            lock.unlock();
        }
    }

    private void passOn(BridgeResponse response) throws IOException {
        origin.deadline(null);
        send(response.forClient().encode());
        OutputStream out = new ToClient(client.socket().getOutputStream());
        if (response.switchesProtocols()) {
            new BridgeTunnel(client, origin, request.destination(), shared).run();
            return;
        }
        if (request.webSocket()) {
            watching = shared.threads().submit(this::sendBody);
        }
        if (request.http11()) {
            response.framing().relay(origin, out);
        } else {
            response.framing().relayUnframed(origin, out);
        }
    }

    private void report(IOException cause, BridgeRefusal refusal) {
        if (failed.compareAndSet(false, true)) {
            shared.failures().report(request.destination(), cause, refusal);
        }
    }

    private void refuse(IOException cause, BridgeRefusal refusal) {
        report(cause, refusal);
        try {
            if (begin()) {
                send(refusal.encode(!request.method().equals("HEAD")));
            }
        } catch (IOException e) {
            // The client is gone.
        }
    }

    private void send(byte[] message) throws IOException {
        new ToClient(client.socket().getOutputStream()).write(message);
    }

    /** Whether the final response is the caller's to send. */
    private boolean begin() {
        lock.lock();
        try {
            boolean first = !answered;
            answered = true;
            return first;
        } finally {
            lock.unlock();
        }
    }
}
