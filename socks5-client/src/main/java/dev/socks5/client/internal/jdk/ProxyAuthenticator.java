package dev.socks5.client.internal.jdk;

import dev.socks5.client.internal.dial.Hop;
import dev.socks5.client.internal.platform.BeyondAndroid;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers the JDK's SOCKS5 when it asks on behalf of certain proxies, and leaves all else to another authenticator. The
 * JDK does not say which destination it asks for.
 */
public final class ProxyAuthenticator extends Authenticator {

    /** The name that the JDK's SOCKS5 gives for the protocol. */
    private static final String SOCKS5 = "SOCKS5";

    private final List<Hop> proxies;
    private final @Nullable Authenticator previous;

    public ProxyAuthenticator(List<Hop> proxies, @Nullable Authenticator previous) {
        this.proxies = proxies;
        this.previous = previous;
    }

    @Override
    protected @Nullable PasswordAuthentication getPasswordAuthentication() {
        for (Hop proxy : proxies) {
            PasswordRequest login = isFor(proxy) ? proxy.logins().passwords().apply(Endpoint.UNSPECIFIED) : null;
            if (login != null) {
                // The JDK sends each character as one byte, and here each of them stands for one.
                return new PasswordAuthentication(
                        login.username(), login.password().toCharArray());
            }
        }
        Authenticator other = previous;
        return other == null ? null : ask(other);
    }

    @BeyondAndroid("Only where an app brings another authenticator; the documentation says so")
    private @Nullable PasswordAuthentication ask(Authenticator other) {
        return other.requestPasswordAuthenticationInstance(
                getRequestingHost(),
                getRequestingSite(),
                getRequestingPort(),
                getRequestingProtocol(),
                getRequestingPrompt(),
                getRequestingScheme(),
                getRequestingURL(),
                getRequestorType());
    }

    private boolean isFor(Hop proxy) {
        InetSocketAddress address = (InetSocketAddress) proxy.address();
        return SOCKS5.equals(getRequestingProtocol())
                && getRequestingPort() == address.getPort()
                && isRequestingHost(address);
    }

    /** Compares hosts. The name that a resolved address carries does not count: it may have learnt that. */
    private boolean isRequestingHost(InetSocketAddress address) {
        return address.isUnresolved()
                ? address.getHostString().equalsIgnoreCase(getRequestingHost())
                : address.getAddress().equals(getRequestingSite())
                        || address.getAddress().getHostAddress().equals(getRequestingHost());
    }
}
