package dev.socks5.gssapi;

import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProtectionLevel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import javax.security.auth.Subject;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.jspecify.annotations.Nullable;

/**
 * How a client proves who it is by Kerberos, and how its connections are protected (RFC 1961).
 *
 * <pre>{@code
 * Socks5Client client = Socks5Client.builder()
 *         .proxy("proxy.example.com", 1080)
 *         .gssapi(GssapiInitiator.builder()
 *                 .keytab("alice@EXAMPLE.COM", Path.of("alice.keytab"))
 *                 .build())
 *         .build();
 * }</pre>
 *
 * <p>The proxy has to prove who it is as well, always. Immutable, and safe for use by several threads at once.
 */
public final class GssapiInitiator implements ClientNegotiation.Factory {

    /** Any minor code but 0, for which the JDK leaves the text out. */
    private static final int NOT_GOOD_ENOUGH = -1;

    private final String service;
    private final Credentials credentials;
    private final ProtectionLevel level;
    private final boolean levelInClear;
    private final boolean delegates;

    private GssapiInitiator(Builder builder) {
        this.service = builder.service;
        this.credentials = builder.credentials;
        this.level = builder.level;
        this.levelInClear = builder.levelInClear;
        this.delegates = builder.delegates;
    }

    /**
     * Starts the description of an initiator.
     *
     * @return a new builder; everything has a default
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes a negotiation for one connection. Nothing is looked up or sent before it begins.
     *
     * @param proxy which proxy it is
     * @param command what the proxy will be asked to do: of datagrams no order is required (section 3.2)
     * @param destination of no importance here
     * @return a new negotiation
     */
    @Override
    public ClientNegotiation begin(Endpoint proxy, Command command, Endpoint destination) {
        String name = nameOf(proxy);
        boolean ordered = !command.equals(Command.UDP_ASSOCIATE);
        JgssContext context = new JgssContext(
                "with " + name,
                credentials,
                manager -> context(manager, name, ordered),
                (made, token) -> establish(made, token, ordered));
        return ClientNegotiation.gssapi(context, level, levelInClear);
    }

    private String nameOf(Endpoint proxy) {
        boolean whole = service.indexOf('@') >= 0 || service.indexOf('/') >= 0;
        return whole ? service : service + "@" + proxy.address().toString().toLowerCase(Locale.ROOT);
    }

    private GSSContext context(GSSManager manager, String name, boolean ordered) throws GSSException {
        boolean principal = name.indexOf('/') >= 0;
        GSSName target = manager.createName(name, principal ? JgssContext.PRINCIPAL : GSSName.NT_HOSTBASED_SERVICE);
        GSSContext context = manager.createContext(target, JgssContext.KERBEROS, null, GSSContext.DEFAULT_LIFETIME);
        context.requestMutualAuth(true);
        context.requestReplayDet(true);
        context.requestSequenceDet(ordered);
        context.requestInteg(true);
        context.requestConf(true);
        context.requestCredDeleg(delegates);
        return context;
    }

    /** What is asked for is not always given. */
    private static byte @Nullable [] establish(GSSContext context, byte[] token, boolean ordered) throws GSSException {
        byte @Nullable [] output = context.initSecContext(token, 0, token.length);
        if (context.isEstablished() && !context.getMutualAuthState()) {
            throw new GSSException(GSSException.UNAUTHORIZED, NOT_GOOD_ENOUGH, "the proxy has not proved who it is");
        }
        if (context.isEstablished() && !(context.getReplayDetState() && (context.getSequenceDetState() || !ordered))) {
            throw new GSSException(
                    GSSException.UNAVAILABLE, NOT_GOOD_ENOUGH, "what comes twice or not at all would not be noticed");
        }
        return output;
    }

    /** Names the service, and no credentials. */
    @Override
    public String toString() {
        return "GssapiInitiator[%s, %s]".formatted(service, level);
    }

    /** Describes a {@link GssapiInitiator}. Not safe for use by several threads. */
    public static final class Builder {

        private String service = "socks";
        private Credentials credentials = Credentials.CURRENT;
        private ProtectionLevel level = ProtectionLevel.CONFIDENTIALITY;
        private boolean levelInClear;
        private boolean delegates;

        private Builder() {}

        /**
         * Sets by which name Kerberos knows the proxy. Default: {@code socks}, as in the RFC; Dante's server and curl
         * take {@code rcmd} if they are not told otherwise.
         *
         * @param name a service such as {@code socks}, on the host by whose name the client knows the proxy; or service
         *     and host, such as {@code socks@proxy.example.com}; or a principal, such as
         *     {@code socks/proxy.example.com@EXAMPLE.COM}, which is taken as it is. In the first two cases the JDK may
         *     look the host up, to complete its name
         * @return this
         */
        public Builder service(String name) {
            service = Objects.requireNonNull(name);
            return this;
        }

        /**
         * Logs in with a key from a keytab, when it is first needed and again whenever the ticket runs out.
         *
         * @param principal such as {@code alice@EXAMPLE.COM}
         * @param keytab the file, which is read anew for each login
         * @return this
         */
        public Builder keytab(String principal, Path keytab) {
            credentials = KerberosLogin.initiator(principal, keytab);
            return this;
        }

        /**
         * Takes the tickets that {@code kinit} has left in the user's cache ({@code KRB5CCNAME}, or the system's
         * default).
         *
         * @return this
         */
        public Builder ticketCache() {
            credentials = KerberosLogin.ticketCache();
            return this;
        }

        /**
         * Takes the tickets of a subject. Default: those that the JDK finds by itself, which are the current subject's,
         * unless the system property {@code javax.security.auth.useSubjectCredsOnly} is {@code false}.
         *
         * @param subject with a ticket for the KDC, or one for the proxy
         * @return this
         */
        public Builder subject(Subject subject) {
            credentials = Credentials.of(Objects.requireNonNull(subject));
            return this;
        }

        /**
         * Sets how the connection is to be protected, at the least: a proxy that agrees to less is not used. Default:
         * {@link ProtectionLevel#CONFIDENTIALITY}.
         *
         * @param level one of those that {@link ProtectionLevel} names
         * @return this
         * @throws IllegalArgumentException if it is another one
         */
        public Builder level(ProtectionLevel level) {
            this.level = JgssContext.requireKnown(level);
            return this;
        }

        /**
         * Sends the protection level as it is, as NEC's implementation and those that followed it want it, such as
         * curl's {@code --socks5-gssapi-nec}. Whoever is in between can change it then.
         *
         * @return this
         */
        public Builder levelInClear() {
            levelInClear = true;
            return this;
        }

        /**
         * Lets the proxy act in the client's name, if the ticket can be forwarded. RFC 1961 section 3.2 has every
         * client ask for that; here only those do that say so, because the proxy could then do everything that the
         * client can.
         *
         * @return this
         */
        public Builder delegate() {
            delegates = true;
            return this;
        }

        /**
         * Makes the initiator.
         *
         * @return a new one; this builder may be used again
         */
        public GssapiInitiator build() {
            return new GssapiInitiator(this);
        }
    }
}
