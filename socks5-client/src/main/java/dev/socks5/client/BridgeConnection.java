package dev.socks5.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/** A connection to a bridge, from the head of its one request to its end. */
final class BridgeConnection implements Runnable {

    /** How long a client may go on sending after the last octet that it gets: closing sooner could take that from it. */
    static final Duration FAREWELL = Duration.ofSeconds(2);

    private static final byte[] ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(US_ASCII);

    private final Socket client;
    private final Dialer dialer;
    private final BridgeSockets sockets;
    private final ExecutorService threads;

    BridgeConnection(Socket client, Dialer dialer, BridgeSockets sockets, ExecutorService threads) {
        this.client = client;
        this.dialer = dialer;
        this.sockets = sockets;
        this.threads = threads;
    }

    @Override
    public void run() {
        try (client) {
            client.setTcpNoDelay(true);
            serve(new HttpInput(client, HttpInput.Lines.STRICT));
        } catch (IOException | RejectedExecutionException e) {
            // The client is gone, or the bridge is closed and has no threads: there is nobody to tell.
        } finally {
            sockets.remove(client);
        }
    }

    private void serve(HttpInput in) throws IOException {
        BridgeRequest request;
        try {
            in.deadline(Deadline.after(dialer.route().timeout()));
            request = BridgeRequest.of(HttpHead.read(in));
            in.deadline(null);
        } catch (HttpFormatException e) {
            refuse(in, e.refusal(), true);
            return;
        } catch (SocketTimeoutException e) {
            if (in.hasBegun()) {
                refuse(in, new BridgeRefusal(408, "the request's head was not complete in time"), true);
            }
            return;
        }
        try (Socks5Socket origin = new Socks5Socket(dialer)) {
            sockets.add(origin);
            try {
                serve(in, request, origin);
            } finally {
                sockets.remove(origin);
            }
        }
    }

    private void serve(HttpInput in, BridgeRequest request, Socks5Socket origin) throws IOException {
        boolean withBody = !request.method().equals("HEAD");
        try {
            origin.connect(request.destination());
        } catch (IOException e) {
            refuse(in, BridgeRefusal.of(e), withBody);
            return;
        } catch (RuntimeException | Error e) {
            // Of what the user has given the client: logins, a factory, what goes direct.
            refuse(in, new BridgeRefusal(500, e.getClass().getSimpleName()), withBody);
            throw e;
        }
        origin.setTcpNoDelay(true);
        origin.setKeepAlive(true);
        HttpInput fromOrigin = new HttpInput(origin, HttpInput.Lines.LENIENT);
        HttpHead forOrigin = request.forOrigin();
        if (forOrigin == null) {
            client.getOutputStream().write(ESTABLISHED);
            new BridgeTunnel(in, fromOrigin, threads).run();
        } else {
            new BridgeExchange(
                            in, fromOrigin, request, forOrigin, dialer.route().timeout(), threads)
                    .run();
        }
    }

    private static void refuse(HttpInput in, BridgeRefusal refusal, boolean withBody) throws IOException {
        in.socket().getOutputStream().write(refusal.encode(withBody));
        in.socket().shutdownOutput();
        in.drain(FAREWELL);
    }
}
