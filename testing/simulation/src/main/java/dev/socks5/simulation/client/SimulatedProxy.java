package dev.socks5.simulation.client;

import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.NoAcceptableMethodException;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.codec.SendAhead;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.simulation.client.Errand.Lie;
import dev.socks5.simulation.client.Errand.Proxy;
import dev.socks5.simulation.client.Errand.Stage;
import dev.socks5.simulation.network.Wire;
import java.io.ByteArrayOutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The proxies of an errand, and its destination behind them, all at the other end of one connection. They take one
 * message at a time, however many have come.
 */
final class SimulatedProxy implements Wire.Owner {

    private static final Set<Integer> OF_THE_ADDRESS = Set.of(3, 4, 5, 6, 8);
    private static final byte[] GARBAGE = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(30);
    private static final int OVERLAP = 64;

    private enum State {
        GREETING,
        LOGIN,
        REQUEST,
        TUNNEL,
        DEAF
    }

    private final Progress progress;
    private final Errand errand;
    private final Set<Integer> loggedIn = new HashSet<>();
    private @Nullable Wire wire;
    private State state = State.GREETING;
    private byte[] unread = new byte[0];
    private int hop;
    private boolean busy;
    private boolean ended;
    private int got;

    SimulatedProxy(Progress progress) {
        this.progress = progress;
        this.errand = progress.errand();
    }

    /** Whether the last proxy has said that there is a tunnel, or the connection leads to the destination itself. */
    boolean isTunnel() {
        return state == State.TUNNEL;
    }

    /** Returns how many bytes of the tunnel have come. */
    int got() {
        return got;
    }

    boolean hasEnded() {
        return ended;
    }

    private Wire its() {
        return Objects.requireNonNull(wire);
    }

    @Override
    public void begin(Wire its) {
        wire = its;
    }

    @Override
    public void connected() {
        progress.reached(this, its().remote());
        if (errand.direct()) {
            open(new byte[0]);
        }
    }

    @Override
    public void received(ByteBuffer data) {
        if (state != State.DEAF) { // What was sent ahead may come after the refusal.
            progress.talksTo(this);
        }
        byte[] next = new byte[data.remaining()];
        data.get(next);
        if (state == State.TUNNEL) {
            tunnelled(next);
            return;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(unread);
        all.writeBytes(next);
        unread = all.toByteArray();
        lookForLogins();
        if (state == State.DEAF) {
            unread = Arrays.copyOfRange(unread, Math.max(0, unread.length - OVERLAP), unread.length);
        } else {
            read();
        }
    }

    private void lookForLogins() {
        String text = new String(unread, StandardCharsets.ISO_8859_1);
        for (int at = text.indexOf("secret-"); at >= 0; at = text.indexOf("secret-", at + 1)) {
            int until = Math.min(text.length(), at + errand.secret(0).length());
            String found = text.substring(at, until);
            boolean allowed = false;
            for (int i = 0; i < errand.hops().size(); i++) {
                allowed |= errand.secret(i).startsWith(found) && mayKnow(i);
            }
            progress.check(ClientRule.LOGIN, allowed, found + " at hop " + hop);
        }
    }

    /** Whether the login of a proxy may have been sent by now. */
    private boolean mayKnow(int index) {
        Proxy proxy = errand.hops().get(index);
        boolean reached = index <= hop || errand.hops().get(index - 1).ahead() != SendAhead.NOTHING;
        return (proxy.ahead() == SendAhead.ALL && reached) || loggedIn.contains(index);
    }

    private void read() {
        while (!busy && state != State.DEAF && step()) {
            // Another message.
        }
    }

    private boolean step() {
        byte[] b = unread;
        int length = b.length;
        switch (state) {
            case GREETING -> {
                if (length < 2 || length < 2 + b[1]) {
                    return false;
                }
                select(take(2 + b[1]));
            }
            case LOGIN -> {
                if (length < 2 || length < 3 + b[1] || length < 3 + b[1] + b[2 + b[1]]) {
                    return false;
                }
                login(take(3 + b[1] + b[2 + b[1]]));
            }
            case REQUEST -> {
                int whole = length < 5 ? Integer.MAX_VALUE : b[3] == 1 ? 10 : b[3] == 4 ? 22 : 7 + b[4];
                if (length < whole) {
                    return false;
                }
                asked(take(whole));
            }
            case TUNNEL -> {
                tunnelled(take(length));
                return false;
            }
            case DEAF -> {
                return false;
            }
        }
        return true;
    }

    private byte[] take(int count) {
        byte[] taken = Arrays.copyOf(unread, count);
        unread = Arrays.copyOfRange(unread, count, unread.length);
        return taken;
    }

    private Proxy proxy() {
        return errand.hops().get(hop);
    }

    private void select(byte[] greeting) {
        boolean none = false;
        boolean password = false;
        for (int i = 2; i < greeting.length; i++) {
            none |= greeting[i] == 0;
            password |= greeting[i] == 2;
        }
        boolean either = greeting[0] == 5 && (none || password);
        progress.check(ClientRule.ASKED, either, "a greeting " + HexFormat.of().formatHex(greeting));
        if (proxy().asks() && !password) {
            answer(
                    Stage.SELECTION,
                    () -> {
                        progress.expects(NoAcceptableMethodException.class);
                        state = State.DEAF;
                        its().send(new byte[] {5, (byte) 0xFF});
                        its().end(); // If it closed with more to come, the network might reset, and drop the answer.
                    },
                    (byte) 2);
            return;
        }
        boolean login = password && (proxy().asks() || !none);
        byte other = (byte) (password ? 3 : 2);
        answer(
                Stage.SELECTION,
                () -> {
                    state = login ? State.LOGIN : State.REQUEST;
                    if (login) {
                        loggedIn.add(hop);
                    }
                    its().send(new byte[] {5, (byte) (login ? 2 : 0)});
                },
                other);
    }

    private void login(byte[] message) {
        String text = new String(message, 2, message.length - 2, StandardCharsets.ISO_8859_1);
        String secret = errand.secret(hop);
        boolean right = message[0] == 1 && text.equals("user" + (char) secret.length() + secret);
        progress.check(ClientRule.LOGIN, right, "not the login of hop " + hop);
        answer(Stage.LOGIN, () -> {
            state = State.REQUEST;
            its().send(new byte[] {1, 0});
        });
    }

    private void asked(byte[] request) {
        boolean last = hop == errand.hops().size() - 1;
        byte[] right = errand.request(hop, last ? progress.refusals() : 0);
        progress.check(
                ClientRule.ASKED,
                Arrays.equals(request, right),
                HexFormat.of().formatHex(request) + " instead of "
                        + HexFormat.of().formatHex(right));
        answer(Stage.REPLY, () -> {
            if (!last) {
                hop++;
                state = State.GREETING;
                its().send(reply(0));
            } else if (errand.asksByAddress() && progress.refusals() < errand.refusedAddresses()) {
                refuse(4);
            } else {
                open(reply(0));
            }
        });
    }

    private byte[] reply(int code) {
        return switch (errand.number() % 3) {
            case 0 -> new byte[] {5, (byte) code, 0, 1, 1, 2, 3, 4, 5, 6};
            case 1 ->
                new byte[] {5, (byte) code, 0, 4, 0x20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
            default -> new byte[] {5, (byte) code, 0, 3, 3, 'a', '.', 'b', 7, 8};
        };
    }

    private void refuse(int code) {
        state = State.DEAF;
        progress.expects(RequestRejectedException.class);
        if (hop == errand.hops().size() - 1 && errand.asksByAddress() && OF_THE_ADDRESS.contains(code)) {
            progress.refused();
        }
        its().send(reply(code));
        its().end();
    }

    private void open(byte[] reply) {
        state = State.TUNNEL;
        byte[] content = errand.content(1, errand.behind() + errand.down());
        byte[] first = Arrays.copyOf(reply, reply.length + errand.behind());
        System.arraycopy(content, 0, first, reply.length, errand.behind());
        its().send(first);
        progress.after(PAUSE, () -> {
            its().send(Arrays.copyOfRange(content, errand.behind(), content.length));
            its().end();
        });
    }

    private void tunnelled(byte[] bytes) {
        for (byte each : bytes) {
            if (each != errand.at(0, got)) {
                progress.check(ClientRule.BYTES, false, "wrong at " + got + " to the destination");
            }
            got++;
        }
    }

    private void answer(Stage stage, Runnable honestly) {
        answer(stage, honestly, (byte) 0);
    }

    private void answer(Stage stage, Runnable honestly, byte other) {
        Proxy proxy = proxy();
        busy = true;
        progress.after(proxy.delay(), () -> {
            busy = false;
            if (!its().isOpen()) {
                state = State.DEAF;
            } else if (proxy.lie() != Lie.NONE && proxy.stage() == stage) {
                lie(proxy, stage, other);
            } else {
                honestly.run();
            }
            read();
        });
    }

    private void lie(Proxy proxy, Stage stage, byte other) {
        if (proxy.lie() == Lie.REFUSES && stage == Stage.REPLY) {
            refuse(proxy.code());
            return;
        }
        state = State.DEAF;
        switch (proxy.lie()) {
            case GARBAGE -> say(GARBAGE, MalformedMessageException.class);
            case WRONG_VERSION -> say(new byte[] {4, 0, 0, 1, 1, 2, 3, 4, 5, 6}, MalformedMessageException.class);
            case NOT_OFFERED -> {
                byte[] odd =
                        stage == Stage.SELECTION ? new byte[] {5, other} : new byte[] {7, 0, 0, 1, 1, 2, 3, 4, 5, 6};
                say(odd, MalformedMessageException.class);
            }
            case REFUSES -> {
                if (stage == Stage.SELECTION) {
                    say(new byte[] {5, (byte) 0xFF}, NoAcceptableMethodException.class);
                } else {
                    say(new byte[] {1, 1}, AuthenticationFailedException.class);
                }
            }
            case PART -> {
                say(new byte[] {(byte) (stage == Stage.LOGIN ? 1 : 5)}, Socks5Exception.class);
                its().end();
            }
            case LEAVES -> {
                progress.expects(Socks5Exception.class);
                its().close();
            }
            case RESETS -> {
                progress.expects(Socks5Exception.class);
                its().reset();
            }
            default -> progress.expects(SocketTimeoutException.class);
        }
    }

    private void say(byte[] bytes, Class<? extends Throwable> expected) {
        progress.expects(expected);
        its().send(bytes);
    }

    @Override
    public void ended() {
        ended = true;
        if (state != State.TUNNEL) {
            state = State.DEAF;
            its().close();
        }
    }

    @Override
    public void reset() {
        if (state != State.TUNNEL) {
            state = State.DEAF;
        }
    }
}
