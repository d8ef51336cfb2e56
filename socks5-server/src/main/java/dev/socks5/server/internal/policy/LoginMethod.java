package dev.socks5.server.internal.policy;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.PasswordResponse;
import dev.socks5.server.MethodAuthenticator;
import java.nio.ByteBuffer;

/**
 * A method that clients can select.
 *
 * @param authenticator makes its negotiations
 */
public record LoginMethod(AuthMethod method, MethodAuthenticator authenticator) {

    /**
     * Makes the message for a client whose login cannot be looked at, because there is no room for it.
     *
     * @return a new buffer; empty where the method has no such message that is known here
     */
    public ByteBuffer refusal() {
        if (method.equals(AuthMethod.USERNAME_PASSWORD)) {
            return PasswordResponse.FAILURE.encode();
        }
        return method.equals(AuthMethod.GSSAPI) ? new GssapiMessage.Abort().encode() : ByteBuffer.allocate(0);
    }
}
