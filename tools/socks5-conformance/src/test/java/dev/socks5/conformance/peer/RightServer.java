package dev.socks5.conformance.peer;

import dev.socks5.codec.Request;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Serves SOCKS5 as the RFCs say it, in the plainest way: it blocks, and has a thread for each connection. It judges the
 * suite's cases, which have to pass it; so it shares no code with the server of this project. Every step is a method,
 * so that a wrong peer is this one with a step or two overridden. The steps of one connection are in {@link #serve};
 * those behind a request are in {@link Execution}, {@link RightBind} and {@link RightAssociation}, those of
 * messages in {@link Messages}.
 *
 * <p>It listens on loopback from {@link #start} until {@link #close}, which ends every connection.
 */
public class RightServer extends RightAssociation implements AutoCloseable {

    private final Map<String, String> logins = new HashMap<>();
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(Daemons::thread);
    private final ServerSocket listener;

    /** Binds a port of loopback. */
    public RightServer() {
        try {
            listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Requires a login from now on. Several users may be added.
     *
     * @return this server
     */
    public RightServer withLogin(String user, String password) {
        logins.put(octets(user.getBytes(StandardCharsets.UTF_8)), octets(password.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    /**
     * Begins to accept connections.
     *
     * @return this server
     */
    public RightServer start() {
        Daemons.thread(this::accept).start();
        return this;
    }

    /** Returns the address that clients connect to. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @Override
    public void close() {
        Execution.closeQuietly(listener);
        deadlines.shutdownNow();
        sessions.forEach(Session::close);
    }

    /** A string with a character for each byte. */
    private static String octets(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                begin(listener.accept());
            } catch (IOException e) {
                LockSupport.parkNanos(20_000_000); // out of descriptors, or closed: the loop's condition tells
            }
        }
    }

    private void begin(Socket socket) throws IOException {
        Session session = new Session(socket);
        if (sessions.size() >= maxConnections()) {
            session.close();
            return;
        }
        sessions.add(session);
        Daemons.thread(() -> run(session)).start();
        if (listener.isClosed()) {
            session.close(); // accepted while everything was being closed
        }
    }

    private void run(Session session) {
        try {
            serve(session);
        } catch (Refused refused) {
            refuse(session, refused.code());
        } catch (IOException | RuntimeException e) {
            // The connection is closed without another word: the client has gone, or does not speak SOCKS5.
        } finally {
            sessions.remove(session);
            session.close();
        }
    }

    /** The most connections at a time; a connection above that is closed at once. */
    protected int maxConnections() {
        return 1000;
    }

    /** The time from acceptance until the whole request has come, whatever comes in between. */
    protected Duration handshakeTimeout() {
        return Duration.ofSeconds(10);
    }

    /** The time that a client is given to read a last message before the connection is closed; at most 10 s. */
    protected Duration lingerTime() {
        return Duration.ofSeconds(2);
    }

    /** Runs something later; only for what does not block. */
    protected final void after(Duration time, Runnable what) {
        try {
            Future<?> unused = deadlines.schedule(what, time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            what.run(); // this server is being closed
        }
    }

    /** Takes a connection from its first byte to its last. Its end closes the connection. */
    protected void serve(Session session) throws IOException {
        after(handshakeTimeout(), session::closeUnlessReady);
        byte[] offered = readGreeting(session);
        int method = chooseMethod(offered);
        writeSelection(session, method);
        if (!negotiate(session, method)) {
            hangUp(session);
            return;
        }
        Request request = readRequest(session);
        session.ready();
        execute(session, request);
    }

    /** Chooses among the methods offered: a login where one is required, else none. */
    protected int chooseMethod(byte[] offered) {
        int wanted = wantedMethod();
        return octets(offered).indexOf(wanted) >= 0 ? wanted : NO_ACCEPTABLE;
    }

    /** The method without which nobody is served. */
    protected int wantedMethod() {
        return logins.isEmpty() ? NO_AUTHENTICATION : PASSWORD;
    }

    /** Carries out the negotiation of a method, and returns whether the client may make its request. */
    protected boolean negotiate(Session session, int method) throws IOException {
        return switch (method) {
            case NO_AUTHENTICATION -> true;
            case GSSAPI -> gssapi(session);
            case PASSWORD -> logIn(session);
            default -> false;
        };
    }

    /** Reads a login, checks it and answers it (RFC 1929 section 2). */
    protected boolean logIn(Session session) throws IOException {
        byte[][] login = readLogin(session);
        boolean good = isUser(login[0], login[1]);
        writeLoginAnswer(session, good ? 0 : 1);
        return good;
    }

    /** Compares the bytes of a login, all of them. */
    protected boolean isUser(byte[] user, byte[] password) {
        return octets(password).equals(logins.get(octets(user)));
    }

    /** Refuses every token, because this server has no mechanism (RFC 1961 section 3.8). */
    protected boolean gssapi(Session session) throws IOException {
        int version = session.read();
        if (version == 1 && session.read() == 1) {
            session.read(session.readShort());
        }
        writeAbort(session);
        return false;
    }

    /** Answers a request that fails, and closes (RFC 1928 section 6). */
    protected void refuse(Session session, int code) {
        try {
            session.ready();
            writeReply(session, code, NO_ADDRESS);
            hangUp(session);
        } catch (IOException e) {
            session.close();
        }
    }

    /** Ends the output, takes what still comes for a short time, and closes: so no reset overtakes the last message. */
    protected void hangUp(Session session) throws IOException {
        session.ready();
        after(lingerTime(), session::close);
        session.socket().shutdownOutput();
        try {
            while (true) {
                session.read();
            }
        } catch (EOFException e) {
            session.close();
        }
    }
}
