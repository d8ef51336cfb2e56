package dev.socks5.bridge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A connection to a bridge, from the head of its one request to its end. */
final class BridgeConnection implements Runnable {

    /**
     * How long a client may go on sending after the last octet that it gets: closing sooner could take that from it.
     */
    static final Duration FAREWELL = Duration.ofSeconds(2);

    private static final byte[] ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(US_ASCII);

    private final Socket client;
    private final BridgeShared shared;

    BridgeConnection(Socket client, BridgeShared shared) {
        this.client = client;
        this.shared = shared;
    }

    @Override
    public void run() {
        try (client) {
            client.setTcpNoDelay(true);
            serve(new HttpInput(client, HttpInput.Lines.STRICT, shared.longestHead()));
        } catch (IOException | RejectedExecutionException e) {
            // The client is gone, or the bridge is closed and has no threads: there is nobody to tell.
        } finally {
            shared.sockets().remove(client);
        }
    }

    private void serve(HttpInput in) throws IOException {
        BridgeRequest request;
        try {
            in.deadline(Deadline.after(shared.client().connectTimeout()));
            request = BridgeRequest.of(HttpHead.read(in));
            in.deadline(null);
        } catch (HttpFormatException e) {
            refuse(in, null, e, e.refusal(), true);
            return;
        } catch (SocketTimeoutException e) {
            if (in.hasBegun()) {
                refuse(in, null, e, new BridgeRefusal(408, "the request's head was not complete in time"), true);
            }
            return;
        }
        try (Socket origin = shared.client().socketFactory().createSocket()) {
            shared.sockets().add(origin);
            try {
                serve(in, request, origin);
            } finally {
                shared.sockets().remove(origin);
            }
        }
    }

    private void serve(HttpInput in, BridgeRequest request, Socket origin) throws IOException {
        boolean withBody = !request.method().equals("HEAD");
        try {
            origin.connect(request.destination().toInetSocketAddress());
            origin.setTcpNoDelay(true);
            origin.setKeepAlive(true);
        } catch (IOException e) {
            refuse(in, request.destination(), e, BridgeRefusal.of(e), withBody);
            return;
        } catch (RuntimeException | Error e) {
            // Of what the user has given the client: logins, a factory, what goes direct.
            BridgeRefusal refusal = new BridgeRefusal(500, e.getClass().getSimpleName());
            refuse(in, request.destination(), new IOException(refusal.text(), e), refusal, withBody);
            throw e;
        }
        HttpInput fromOrigin = new HttpInput(origin, HttpInput.Lines.LENIENT, shared.longestHead());
        HttpHead forOrigin = request.forOrigin();
        if (forOrigin == null) {
            client.getOutputStream().write(ESTABLISHED);
            new BridgeTunnel(in, fromOrigin, request.destination(), shared).run();
        } else {
            new BridgeExchange(in, fromOrigin, request, forOrigin, shared).run();
        }
    }

    private void refuse(
            HttpInput in, @Nullable Endpoint destination, IOException cause, BridgeRefusal refusal, boolean withBody)
            throws IOException {
        shared.failures().report(destination, cause, refusal);
        in.socket().getOutputStream().write(refusal.encode(withBody));
        in.socket().shutdownOutput();
        in.drain(FAREWELL);
    }
}
