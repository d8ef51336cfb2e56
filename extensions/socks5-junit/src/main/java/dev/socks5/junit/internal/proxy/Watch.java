package dev.socks5.junit.internal.proxy;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.junit.RecordedRequest.Outcome;
import dev.socks5.junit.internal.wire.Attendance;
import dev.socks5.junit.internal.wire.Script;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRule;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.Verdict;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Stands where the server asks and tells: writes what happens into the log, and carries out the faults that are the
 * server's to decide. The wire and the server know a connection by the address from which the wire connects.
 */
public final class Watch implements Socks5ServerListener {

    private final RequestLog log;
    private final Scripts scripts;
    private final Names names;
    private final Map<ClientAddress, Entry> entries = new ConcurrentHashMap<>();

    public Watch(RequestLog log, Scripts scripts, Names names) {
        this.log = log;
        this.scripts = scripts;
        this.names = names;
    }

    /** Begins an entry for a connection, by the address from which it will come. */
    public Attendance accepted(InetSocketAddress from) {
        Entry entry = log.begin(scripts.take());
        entries.put(ClientAddress.of(from), entry);
        return entry;
    }

    /** Puts the faults before a rule. */
    public AccessRule before(AccessRule rule) {
        return new AccessRule() {
            @Override
            public Verdict judge(AccessRequest request) {
                Entry entry = entries.get(request.client());
                if (entry != null && entry.script().code() != null) {
                    entry.deny();
                    return Verdict.deny("the test wants it");
                }
                return rule.judge(request);
            }

            @Override
            public boolean mayBlock() {
                return rule.mayBlock();
            }
        };
    }

    /** Puts the faults before an authenticator. */
    public PasswordAuthenticator before(PasswordAuthenticator authenticator) {
        return new PasswordAuthenticator() {
            @Override
            public Optional<? extends Principal> authenticate(PasswordRequest login, ClientAddress client)
                    throws Exception {
                Entry entry = entries.get(client);
                if (entry != null) {
                    entry.user(login.username(StandardCharsets.UTF_8));
                    if (entry.script().refusesLogin()) {
                        entry.met(Script.Part.LOGIN);
                        return Optional.empty();
                    }
                }
                return authenticator.authenticate(login, client);
            }

            @Override
            public boolean mayBlock() {
                return authenticator.mayBlock();
            }
        };
    }

    private void tell(SessionInfo session, Consumer<Entry> event) {
        Entry entry = entries.get(session.client());
        if (entry != null) {
            event.accept(entry);
        }
    }

    @Override
    public void rejected(ClientAddress client, Rejection reason) {
        Entry entry = entries.remove(client);
        if (entry != null) {
            entry.outcome(Outcome.CUT_SHORT, null, "rejected: " + reason);
        }
    }

    @Override
    public void authenticated(SessionInfo session) {
        Principal user = session.user();
        if (user != null) {
            tell(session, entry -> entry.user(user.getName()));
        }
    }

    @Override
    public void handshakeFailed(SessionInfo session, String reason) {
        tell(session, entry -> entry.outcome(Outcome.NOT_SOCKS5, null, reason));
    }

    @Override
    public void loginFailed(SessionInfo session, String reason) {
        tell(session, entry -> entry.outcome(Outcome.NOT_LOGGED_IN, null, reason));
    }

    @Override
    public void requested(SessionInfo session) {
        Request request = Objects.requireNonNull(session.request());
        tell(session, entry -> entry.requested(request));
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        tell(session, entry -> {
            ReplyCode scripted = entry.script().code();
            ReplyCode sent = entry.isDenied() && scripted != null ? scripted : code;
            entry.outcome(Outcome.REFUSED, sent, remark(session, code, reason));
        });
    }

    /** Returns the server's reason, or what the test has to do for a name that nobody knows. */
    private String remark(SessionInfo session, ReplyCode code, String reason) {
        Request request = Objects.requireNonNull(session.request());
        return code.equals(ReplyCode.HOST_UNREACHABLE)
                        && request.destination().address() instanceof DomainName name
                        && names.isUntold(name)
                ? "name not found: the test has no resolve(\"" + name + "\", ...)"
                : reason;
    }

    @Override
    public void listening(SessionInfo session, InetSocketAddress local) {
        tell(session, entry -> entry.outcome(Outcome.GRANTED, ReplyCode.SUCCEEDED, ""));
    }

    @Override
    public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
        tell(session, entry -> entry.outcome(Outcome.GRANTED, ReplyCode.SUCCEEDED, ""));
    }

    @Override
    public void closed(SessionInfo session, SessionEnd ending) {
        tell(session, Entry::over);
        entries.remove(session.client());
    }
}
