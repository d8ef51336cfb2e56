package dev.socks5.gssapi;

import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import javax.security.auth.Subject;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSException;

/** Who this side is. Safe for use by several threads. */
interface Credentials {

    /** Those that the JDK finds by itself. */
    Credentials CURRENT = new Credentials() {
        @Override
        public <T> T use(Action<T> action) throws GSSException {
            return action.run();
        }
    };

    /** What needs credentials. */
    @FunctionalInterface
    interface Action<T> {
        T run() throws GSSException;
    }

    /** Does something as who this side is. May block. */
    <T> T use(Action<T> action) throws GSSException, LoginException;

    /** Does something as a subject. */
    static <T> T as(Subject subject, Action<T> action) throws GSSException {
        try {
            PrivilegedExceptionAction<T> privileged = action::run;
            return Subject.doAs(subject, privileged);
        } catch (PrivilegedActionException e) {
            throw (GSSException) e.getException();
        }
    }

    /** Those of a subject. */
    static Credentials of(Subject subject) {
        return new Credentials() {
            @Override
            public <T> T use(Action<T> action) throws GSSException {
                return as(subject, action);
            }
        };
    }
}
