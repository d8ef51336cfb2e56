package dev.socks5.interop;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;

/** Subjects of those who log in by the JDK's own means. */
final class KerberosSubject {

    private static final String MODULE = "com.sun.security.auth.module.Krb5LoginModule";

    private KerberosSubject() {}

    /** With a ticket for the KDC, got with a key. */
    static Subject user(String principal, Path keytab) throws LoginException {
        return login(Map.of("useKeyTab", "true", "keyTab", keytab.toString(), "principal", principal));
    }

    /** With a ticket for the KDC, which kinit has got. */
    static Subject user(Path ticketCache) throws LoginException {
        return login(Map.of("useTicketCache", "true", "ticketCache", ticketCache.toString()));
    }

    /** With the key of a service. */
    static Subject service(String principal, Path keytab) throws LoginException {
        return login(Map.of(
                "useKeyTab", "true",
                "keyTab", keytab.toString(),
                "principal", principal,
                "storeKey", "true",
                "isInitiator", "false"));
    }

    private static Subject login(Map<String, String> special) throws LoginException {
        Map<String, String> options = new HashMap<>(special);
        options.put("doNotPrompt", "true");
        options.put("refreshKrb5Config", "true");
        LoginContext context = new LoginContext("test", null, null, new Configuration() {
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
