package dev.socks5.gssapi;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.security.auth.Subject;
import javax.security.auth.kerberos.KerberosPrincipal;
import javax.security.auth.kerberos.KerberosTicket;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSException;
import org.jspecify.annotations.Nullable;

/**
 * Credentials from a keytab or a ticket cache. The login is done when first needed, and a client's anew when it has no
 * ticket that lasts.
 */
final class KerberosLogin implements Credentials {

    private static final String MODULE = "com.sun.security.auth.module.Krb5LoginModule";

    /** A ticket should last until the peer has seen it, whose clock may be fast. */
    private static final Duration SPARE = Duration.ofMinutes(1);

    private final Map<String, String> options = new HashMap<>();
    private final boolean needsTicket;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Subject subject;

    private KerberosLogin(Map<String, String> options, boolean needsTicket) {
        this.options.putAll(options);
        this.needsTicket = needsTicket;
        this.options.put("doNotPrompt", "true");
        this.options.put("refreshKrb5Config", "true");
    }

    /** A client's, for a principal whose key is in a keytab. */
    static KerberosLogin initiator(String principal, Path keytab) {
        return new KerberosLogin(
                Map.of("useKeyTab", "true", "keyTab", keytab.toString(), "principal", principal), true);
    }

    /** A client's, as the user has logged in by {@code kinit}. */
    static KerberosLogin ticketCache() {
        return new KerberosLogin(Map.of("useTicketCache", "true"), true);
    }

    /** A server's, for any service whose key is in a keytab. */
    static KerberosLogin acceptor(Path keytab) {
        Map<String, String> options = Map.of(
                "useKeyTab", "true",
                "keyTab", keytab.toString(),
                "principal", "*",
                "storeKey", "true",
                "isInitiator", "false");
        return new KerberosLogin(options, false);
    }

    @Override
    public <T> T use(Action<T> action) throws GSSException, LoginException {
        return Credentials.as(loggedIn(), action);
    }

    private Subject loggedIn() throws LoginException {
        lock.lock();
        try {
            Subject current = subject;
            if (current == null || (needsTicket && !hasTicket(current))) {
                current = login();
                subject = current;
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** The JDK takes tickets that have run out from the subject, and destroys them, whenever it comes across them. */
    private static boolean hasTicket(Subject subject) {
        return subject.getPrivateCredentials(KerberosTicket.class).stream().anyMatch(KerberosLogin::lasts);
    }

    /** Of a ticket for the KDC. What is destroyed has neither server nor end. */
    private static boolean lasts(KerberosTicket ticket) {
        @Nullable KerberosPrincipal server = ticket.getServer();
        @Nullable Date end = ticket.getEndTime();
        return server != null
                && server.getName().startsWith("krbtgt/")
                && end != null
                && end.toInstant().isAfter(Instant.now().plus(SPARE));
    }

    private Subject login() throws LoginException {
        LoginContext context = new LoginContext("socks5", null, null, new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return new AppConfigurationEntry[] {
                    new AppConfigurationEntry(MODULE, LoginModuleControlFlag.REQUIRED, options)
                };
            }
        });
        context.login();
        return context.getSubject();
    }
}
