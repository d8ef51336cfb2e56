package dev.socks5.codec;

/**
 * What both sides of a connection by the method GSSAPI are set to, and do. The client is not let in if its name begins
 * with "nobody".
 *
 * @param asked the level that the client asks for
 * @param least the level that the server asks for
 */
record GssapiScript(
        Request request,
        Reply reply,
        Reply secondReply,
        String name,
        ProtectionLevel asked,
        ProtectionLevel least,
        boolean clientInClear,
        boolean serverInClear) {

    boolean agrees() {
        return !name.startsWith("nobody") && (serverInClear || !clientInClear);
    }

    ProtectionLevel level() {
        return asked.isAtLeast(least) ? asked : least;
    }

    boolean hasTwoReplies() {
        return request.command().equals(Command.BIND) && reply.succeeded();
    }

    Reply lastReply() {
        return hasTwoReplies() ? secondReply : reply;
    }

    boolean succeeds() {
        return agrees() && lastReply().succeeded();
    }
}
