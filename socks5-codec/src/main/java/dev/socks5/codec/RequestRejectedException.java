package dev.socks5.codec;

/** The server did not do what the request asked for (RFC 1928 section 6, any REP but X'00'). */
public final class RequestRejectedException extends Socks5Exception {

    private static final long serialVersionUID = 1;

    private final transient Request request;
    private final transient Reply reply;

    RequestRejectedException(Request request, Reply reply) {
        super(String.format("the proxy rejected %s to %s: %s", request.command(), request.destination(), reply.code()));
        this.request = request;
        this.reply = reply;
    }

    /**
     * Returns the request that was refused.
     *
     * @return the request; {@code null} only after Java serialization
     */
    public Request request() {
        return request;
    }

    /**
     * Returns the answer of the server; where it closed after REP, with 0.0.0.0 and port 0 for the address.
     *
     * @return the reply; {@code null} only after Java serialization
     */
    public Reply reply() {
        return reply;
    }
}
