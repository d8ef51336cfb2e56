package dev.socks5.simulation;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.transport.DialException;
import dev.socks5.server.transport.DialRequest;
import dev.socks5.server.transport.Dialer;
import dev.socks5.server.transport.Transport;
import dev.socks5.simulation.WaysOut.Asking;
import dev.socks5.simulation.network.Chance;
import dev.socks5.simulation.transport.WireChannel;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The dialler of a run: it answers each request as the visit says, and leads to the far end of the visit. */
final class Dialling implements Dialer {

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long POLL = 20 * MILLISECOND;

    /** Longer than any connect may take. */
    private static final long FOR_EVER = TimeUnit.SECONDS.toNanos(40);

    private static final int FIRST_PORT = 50_000;

    private final Run run;

    Dialling(Run run) {
        this.run = run;
    }

    @Override
    public boolean mayBlock() {
        return run.setup().dialer() == Setup.Way.BLOCKING;
    }

    @Override
    public Transport dial(DialRequest request) throws IOException {
        Asking asking = run.oracle().waysOut().asked(request);
        Visit visit = asking.party.visit;
        Chance chance = run.chance(visit);
        if (mayBlock() && chance.oneIn(4)) {
            run.world().sleep(chance.below(300 * MILLISECOND));
        }
        return switch (visit.answer()) {
            case CHANNEL -> channel(asking);
            case SOCKET -> socket(asking);
            case LATER -> later(asking, chance.below(500), () -> channel(asking));
            case TOO_LATE -> tooLate(asking, chance);
            case NEVER -> Transport.when(asking.future());
            case SLEEPS -> mayBlock() ? afterSleep(asking) : tooLate(asking, chance);
            case REFUSES, FAILS, THROWS -> throw Dialling.<RuntimeException>unchecked(failure(asking));
            case NULL -> {
                asking.mustReply(1);
                yield null;
            }
            case REFUSES_LATER, FAILS_LATER, THROWS_LATER ->
                later(asking, chance.below(500), () -> {
                    throw Dialling.<Exception>unchecked(failure(asking));
                });
            case NULL_LATER ->
                later(asking, chance.below(500), () -> {
                    asking.mustReply(1);
                    return null;
                });
            case CANCELS -> {
                asking.mustReply(1);
                asking.future().cancel(false);
                yield Transport.when(asking.future());
            }
        };
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E unchecked(Throwable e) throws E {
        throw (E) e;
    }

    // ------------------------------------------------------------------ transports

    /** Connects a channel of its own to the far end. */
    private Transport channel(Asking asking) {
        Visit visit = asking.party.visit;
        Chance chance = run.chance(visit);
        WireChannel channel = new WireChannel(
                run.world(), chance, visit.quirk(), chance.oneIn(2) ? 0 : chance.below(2_000), asking::complain);
        InetAddress own = chance.oneIn(2) ? Addresses.SERVER_IPV4 : Addresses.SERVER_IPV6;
        InetSocketAddress here = new InetSocketAddress(own, FIRST_PORT + visit.id());
        run.network().join(here, channel, there(asking), asking.party.far);
        asking.gives(channel);
        Transport transport =
                Transport.of(channel).endingOutputBy(channel::endOutput).resettingBy(channel::abort);
        return asking.tellsBound() ? transport.bound(WaysOut.BOUND) : transport;
    }

    /** Returns where the far end is: behind a dialler, a name can be anywhere. */
    private static InetSocketAddress there(Asking asking) {
        Endpoint target = asking.request.target();
        InetAddress address = target.isName()
                ? Addresses.INSIDE
                : target.toInetSocketAddress().getAddress();
        return new InetSocketAddress(address, target.port());
    }

    /** Connects a socket, at once or later. */
    private Transport socket(Asking asking) throws IOException {
        InetSocketAddress target = asking.socketTarget();
        SocketChannel socket = run.network().sockets().openSocketChannel();
        boolean connected;
        try {
            socket.configureBlocking(false);
            connected = socket.connect(target);
        } catch (IOException e) {
            socket.close();
            asking.mustReply(code(e));
            throw e;
        }
        if (connected) {
            return Transport.of(socket);
        }
        poll(socket, asking);
        return Transport.when(asking.future());
    }

    private void poll(SocketChannel socket, Asking asking) {
        run.world().after(POLL, () -> {
            try {
                if (asking.future().isDone()) {
                    socket.close();
                } else if (socket.finishConnect()) {
                    asking.future().complete(Transport.of(socket));
                } else {
                    poll(socket, asking);
                }
            } catch (IOException e) {
                asking.mustReply(code(e));
                asking.future().completeExceptionally(e);
            }
        });
    }

    // ------------------------------------------------------------------ later

    /** Answers by a future: one that can be cancelled, or another that goes on without being asked. */
    private Transport later(Asking asking, long millis, Callable<Transport> answer) {
        CompletableFuture<Transport> future = asking.future();
        run.world().after(millis * MILLISECOND, () -> {
            if (future.isDone()) {
                return;
            }
            try {
                future.complete(answer.call());
            } catch (Throwable e) {
                future.completeExceptionally(e);
            }
        });
        return Transport.when(asking.party.visit.id() % 2 == 0 ? future : future.minimalCompletionStage());
    }

    private Transport tooLate(Asking asking, Chance chance) {
        return later(asking, run.setup().connect() + chance.below(3_000), () -> channel(asking));
    }

    private Transport afterSleep(Asking asking) {
        run.world().sleep(FOR_EVER);
        return channel(asking);
    }

    // ------------------------------------------------------------------ failures

    private static Throwable failure(Asking asking) {
        int number = asking.party.visit.id() / 3;
        return switch (asking.party.visit.answer()) {
            case REFUSES, REFUSES_LATER -> {
                asking.mustReply(1 + number % 9);
                yield new DialException(ReplyCode.of(1 + number % 9), "on purpose");
            }
            case FAILS, FAILS_LATER -> {
                IOException failure = failure(number);
                asking.mustReply(code(failure));
                yield failure;
            }
            default -> {
                asking.mustReply(1);
                yield number % 2 == 0 ? new IllegalStateException("on purpose") : new AssertionError("on purpose");
            }
        };
    }

    private static IOException failure(int number) {
        return switch (number % 6) {
            case 0 -> new UnknownHostException("on purpose");
            case 1 -> new ConnectException("on purpose");
            case 2 -> new NoRouteToHostException("on purpose");
            case 3 -> new SocketTimeoutException("on purpose");
            case 4 -> new SocketException("on purpose");
            default -> new EOFException("on purpose");
        };
    }

    /** Returns the code that becomes of a failure, written down a second time on purpose. */
    private static int code(IOException failure) {
        if (failure instanceof UnknownHostException || failure instanceof SocketTimeoutException) {
            return 4;
        }
        if (failure instanceof ConnectException) {
            return 5;
        }
        boolean unreachable = failure instanceof SocketException && !(failure instanceof java.net.BindException);
        return unreachable ? 3 : 1;
    }
}
