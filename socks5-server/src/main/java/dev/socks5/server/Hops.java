package dev.socks5.server;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.codec.ServerMessage;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The handshakes with upstreams, one after the other, on one connection: each upstream but the last is asked to connect to
 * the next one, and the last to do what is wanted.
 *
 * <p>It takes exactly the octets of the handshakes: whatever follows is left in the socket, for whoever has the connection
 * then.
 */
final class Hops implements Connection.Owner {

    /** A reply with a name of 255 octets. */
    private static final int LONGEST_MESSAGE = 262;

    /**
     * What of the last upstream's replies the client is told as it is. 01 it is told for everything else: 07 would say
     * that this server cannot do what it can.
     */
    private static final Set<ReplyCode> PASSED_ON = Set.of(
            ReplyCode.NOT_ALLOWED,
            ReplyCode.NETWORK_UNREACHABLE,
            ReplyCode.HOST_UNREACHABLE,
            ReplyCode.CONNECTION_REFUSED,
            ReplyCode.TTL_EXPIRED,
            ReplyCode.ADDRESS_TYPE_NOT_SUPPORTED);

    private final Connection connection;
    private final List<Upstream> upstreams;
    private final Request request;
    private final Chain.Caller caller;
    private final ByteBuffer received = ByteBuffer.allocate(LONGEST_MESSAGE).flip();
    private ClientHandshake handshake;
    private int hop;
    private boolean over;

    /**
     * @param connection to the first upstream
     * @param request for the last
     */
    Hops(Connection connection, List<Upstream> upstreams, Request request, Chain.Caller caller) {
        this.connection = connection;
        this.upstreams = upstreams;
        this.request = request;
        this.caller = caller;
        this.handshake = handshakeWith(0);
    }

    private ClientHandshake handshakeWith(int next) {
        Request wanted = next == upstreams.size() - 1
                ? request
                : Request.connect(upstreams.get(next + 1).endpoint());
        return new ClientHandshake(wanted, upstreams.get(next).login());
    }

    void begin() {
        connection.handOver(this);
        connection.reading(true);
        connection.guard(this::speak);
    }

    @Override
    public void readable() throws IOException {
        try {
            listen();
        } catch (Socks5Exception e) {
            fail(e);
        }
    }

    private void speak() throws IOException {
        connection.write(handshake.send());
    }

    private void listen() throws IOException {
        while (!over && handshake.turn() == Turn.RECEIVE && read()) {
            Optional<? extends ServerMessage> message = handshake.receive(received);
            if (message.isPresent()) {
                proceed(message.get());
            }
        }
    }

    /** Reads no more than is missing. */
    private boolean read() throws IOException {
        int missing = handshake.missing(received);
        received.compact().limit(received.position() + missing);
        int count;
        try {
            count = connection.read(received);
        } finally {
            received.flip(); // After a reset, too: what came before it may say why.
        }
        if (count < 0) {
            throw handshake.closed(received);
        }
        return count > 0;
    }

    private void proceed(ServerMessage message) throws IOException {
        if (handshake.turn() == Turn.SEND) {
            speak();
        } else if (handshake.turn() == Turn.RECEIVE) {
            caller.listening((Reply) message);
        } else if (hop < upstreams.size() - 1) {
            hop++;
            handshake = handshakeWith(hop);
            speak();
        } else {
            over = true;
            caller.opened(connection, (Reply) message);
        }
    }

    private void fail(Socks5Exception e) {
        boolean byTheLast = hop == upstreams.size() - 1 && e instanceof RequestRejectedException;
        ReplyCode code = byTheLast ? ((RequestRejectedException) e).reply().code() : ReplyCode.GENERAL_FAILURE;
        fail(PASSED_ON.contains(code) ? code : ReplyCode.GENERAL_FAILURE, String.valueOf(e.getMessage()));
    }

    private void fail(ReplyCode code, String reason) {
        if (!over) {
            cancel();
            caller.failed(code, name(upstreams, hop) + ": " + reason);
        }
    }

    /** Which upstream is being talked to, from 0. */
    int hop() {
        return hop;
    }

    /** For the log. */
    static String name(List<Upstream> upstreams, int hop) {
        String position = upstreams.size() == 1 ? "" : (hop + 1) + " of " + upstreams.size() + ", ";
        return "upstream " + position + upstreams.get(hop).endpoint();
    }

    /** Closes the connection, unless the caller has it already. */
    void cancel() {
        if (!over) {
            over = true;
            connection.close();
        }
    }

    @Override
    public void abort(CloseReason reason) {
        if (reason == CloseReason.SHUTDOWN) {
            cancel(); // The client's own connection is aborted as well.
        } else if (reason == CloseReason.BROKEN) {
            fail(handshake.closed(received)); // A reset, after a failure reply perhaps.
        } else {
            fail(ReplyCode.GENERAL_FAILURE, "an unexpected failure, which the log has");
        }
    }
}
