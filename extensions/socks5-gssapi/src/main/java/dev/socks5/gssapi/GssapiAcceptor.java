package dev.socks5.gssapi;

import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.ServerNegotiation;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.security.auth.Subject;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;

/**
 * How a server finds out by Kerberos who its clients are, and how their connections are protected (RFC 1961).
 *
 * <pre>{@code
 * Socks5Server server = Socks5Server.builder()
 *         .gssapi(GssapiAcceptor.builder().keytab(Path.of("socks.keytab")).build())
 *         .start();
 * }</pre>
 *
 * <p>The server talks to no KDC: its key is all that it needs. Immutable, and safe for use by several threads at once.
 */
public final class GssapiAcceptor implements Supplier<ServerNegotiation> {

    private final Credentials credentials;
    private final ProtectionLevel least;
    private final ProtectionLevel most;
    private final boolean levelInClear;
    private final Function<? super String, ? extends Optional<? extends Principal>> users;

    private GssapiAcceptor(Builder builder) {
        this.credentials = builder.credentials;
        this.least = builder.least;
        this.most = builder.most;
        this.levelInClear = builder.levelInClear;
        this.users = builder.users;
    }

    /**
     * Starts the description of an acceptor.
     *
     * @return a new builder; everything has a default
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes a negotiation for one connection.
     *
     * @return a new negotiation
     */
    @Override
    public ServerNegotiation get() {
        JgssContext context = new JgssContext(
                "with the client",
                credentials,
                GssapiAcceptor::context,
                (made, token) -> made.acceptSecContext(token, 0, token.length));
        return ServerNegotiation.gssapi(context, least, most, levelInClear, users);
    }

    private static GSSContext context(GSSManager manager) throws GSSException {
        GSSCredential credential = manager.createCredential(
                null, GSSCredential.INDEFINITE_LIFETIME, JgssContext.KERBEROS, GSSCredential.ACCEPT_ONLY);
        return manager.createContext(credential);
    }

    /** Says what is asked of clients, and nothing of keys. */
    @Override
    public String toString() {
        return "GssapiAcceptor[%s to %s]".formatted(least, most);
    }

    /** Describes a {@link GssapiAcceptor}. Not safe for use by several threads. */
    public static final class Builder {

        private Credentials credentials = Credentials.CURRENT;
        private ProtectionLevel least = ProtectionLevel.NONE;
        private ProtectionLevel most = ProtectionLevel.CONFIDENTIALITY;
        private boolean levelInClear;
        private Function<? super String, ? extends Optional<? extends Principal>> users =
                name -> Optional.of(new KerberosUser(name));

        private Builder() {}

        /**
         * Takes the keys of a keytab: clients may ask for any service that is in it. The file may change meanwhile.
         *
         * @param keytab the file
         * @return this
         */
        public Builder keytab(Path keytab) {
            credentials = KerberosLogin.acceptor(keytab);
            return this;
        }

        /**
         * Takes the keys of a subject. Default: those that the JDK finds by itself, which are the current subject's,
         * unless the system property {@code javax.security.auth.useSubjectCredsOnly} is {@code false}. A server's own
         * threads have no subject.
         *
         * @param subject with the keys of a service
         * @return this
         */
        public Builder subject(Subject subject) {
            credentials = Credentials.of(Objects.requireNonNull(subject));
            return this;
        }

        /**
         * Sets how connections are to be protected, at the least. A client that asks for less is told this level, and
         * may give up then. Default: {@link ProtectionLevel#NONE}, because that is all that curl can do.
         *
         * @param level one of those that {@link ProtectionLevel} names
         * @return this
         * @throws IllegalArgumentException if it is another one
         */
        public Builder requireLevel(ProtectionLevel level) {
            least = JgssContext.requireKnown(level);
            return this;
        }

        /**
         * Sets how connections are to be protected, at the most. A client that asks for more is told this level, and
         * may give up then, as this library's does. Default: {@link ProtectionLevel#CONFIDENTIALITY}, which is no
         * limit. It is for programs that ask for more than they can do: curl from 8.17 on asks for confidentiality, and
         * knows {@link ProtectionLevel#NONE} alone.
         *
         * @param level one of those that {@link ProtectionLevel} names
         * @return this
         * @throws IllegalArgumentException if it is another one
         */
        public Builder limitLevel(ProtectionLevel level) {
            most = JgssContext.requireKnown(level);
            return this;
        }

        /**
         * Lets clients send the protection level as it is, as NEC's implementation and those that followed it do, such
         * as curl's {@code --socks5-gssapi-nec}; clients that wrap it can be served at the same time. Whoever is in
         * between can change it then, down to {@linkplain #requireLevel what is required}.
         *
         * @return this
         */
        public Builder acceptLevelInClear() {
            levelInClear = true;
            return this;
        }

        /**
         * Sets who is let in, and as whom. Default: everybody who has shown a name, as a principal of that name.
         *
         * @param finder finds the user, for rules, listeners and routes of the server, by the name that Kerberos has
         *     found to be true, such as {@code alice@EXAMPLE.COM}; empty if the login is refused. May block. An
         *     exception refuses the login as well, and is logged
         * @return this
         */
        public Builder users(Function<? super String, ? extends Optional<? extends Principal>> finder) {
            users = Objects.requireNonNull(finder);
            return this;
        }

        /**
         * Makes the acceptor, and has the JDK set up what decrypts tickets. That takes descriptors, once: if the first
         * login of all came when there is none left, no login could ever be good again.
         *
         * @return a new one; this builder may be used again
         * @throws IllegalStateException if more is required than the limit allows
         */
        public GssapiAcceptor build() {
            if (!most.isAtLeast(least)) {
                throw new IllegalStateException("required is %s, and the limit is %s".formatted(least, most));
            }
            prepareToDecrypt();
            return new GssapiAcceptor(this);
        }

        private static void prepareToDecrypt() {
            try {
                Cipher.getInstance("AES/CBC/NoPadding");
            } catch (GeneralSecurityException e) {
                // A JVM without it has other ways, or says so at the first login.
            }
        }
    }
}
