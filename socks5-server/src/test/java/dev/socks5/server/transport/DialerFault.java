package dev.socks5.server.transport;

import dev.socks5.codec.ReplyCode;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a dialler does wrong, or the transport that it gives: the rows of the table in docs/faults.md. */
enum DialerFault {
    NONE("none: a destination that says `pong`, and ends when the client does"),
    REFUSES("fails with a `DialException`, code 02", () -> new DialException(ReplyCode.NOT_ALLOWED, "on purpose")),
    REFUSES_ODDLY("... code 5A, which stands for nothing", () -> new DialException(ReplyCode.of(0x5A), "on purpose")),
    OTHER_PROXY("fails with the `RequestRejectedException` of another proxy, code 05", () -> DialerTest.rejected(5)),
    OTHER_PROXY_LACKS("... code 07", () -> DialerTest.rejected(7)),
    UNKNOWN_HOST("fails with an `UnknownHostException`", () -> new UnknownHostException("on purpose")),
    TIMED_OUT("... a `SocketTimeoutException`", () -> new SocketTimeoutException("on purpose")),
    UNRESOLVED("... an `UnresolvedAddressException`", UnresolvedAddressException::new),
    CONNECT("... a `ConnectException`", () -> new ConnectException("on purpose")),
    NO_ROUTE("... a `NoRouteToHostException`", () -> new NoRouteToHostException("on purpose")),
    SOCKET("... a `SocketException`", () -> new SocketException("on purpose")),
    BIND("... a `BindException`", () -> new BindException("on purpose")),
    OTHER("... any other `IOException`", () -> new EOFException("on purpose")),
    UNCHECKED("... a `RuntimeException`", () -> new IllegalStateException("on purpose")),
    UNCHECKED_IO(
            "... an `UncheckedIOException` around a `ConnectException`",
            () -> new UncheckedIOException(new ConnectException("on purpose"))),
    ERROR("... an `Error`", () -> new StackOverflowError("on purpose")),
    NULL("gives `null`"),
    CANCELS("cancels its future"),
    NEVER("never answers"),
    LATE("answers when the client has had its reply"),
    ENDS("its transport ends at once"),
    FAILS_IN_READ("its transport says `pong`, and its next read fails"),
    THROWS_IN_READ("... throws a `RuntimeException`"),
    FAILS_IN_WRITE("a write fails"),
    THROWS_IN_WRITE("a write throws a `RuntimeException`"),
    STALLS_IN_READ("its reads never return"),
    NOTHING_IN_READ("its reads bring 0 bytes, again and again"),
    STALLS_IN_WRITE("its writes never return, and the client sends without end"),
    NOTHING_IN_WRITE("its writes take 0 bytes, again and again, and the client sends without end"),
    WITHOUT_END("it brings bytes without end, and the client reads none"),
    FAILS_AT_END("it fails to pass on the end of output"),
    THROWS_IN_CLOSE("its `close` throws"),
    STALLS_IN_CLOSE("its `close` never returns");

    private final String row;

    @SuppressWarnings("ImmutableEnumChecker") // It makes a new one each time.
    private final @Nullable Supplier<Throwable> failure;

    DialerFault(String row) {
        this(row, null);
    }

    DialerFault(String row, @Nullable Supplier<Throwable> failure) {
        this.row = row;
        this.failure = failure;
    }

    /** Returns the first cell of its row. */
    String row() {
        return row;
    }

    /** Makes the exception that it fails with; {@code null} if it fails in another way. */
    @Nullable
    Throwable failure() {
        return failure == null ? null : failure.get();
    }

    /** Whether it lasts until the time for connecting is up. */
    boolean takesUntilTheReply() {
        return this == NEVER || this == LATE;
    }

    /** Whether it lasts until nothing has moved for too long. */
    boolean takesUntilIdle() {
        return switch (this) {
            case STALLS_IN_READ, NOTHING_IN_READ, STALLS_IN_WRITE, NOTHING_IN_WRITE, WITHOUT_END -> true;
            default -> false;
        };
    }

    /** Whether it is met by whoever writes a few bytes. */
    boolean isOfWriting() {
        return this == NONE || this == FAILS_IN_WRITE || this == THROWS_IN_WRITE;
    }

    /** Whether the destination says nothing, because its writes are what is looked at. */
    boolean isSilent() {
        return isFlooded() || this == FAILS_IN_WRITE || this == THROWS_IN_WRITE || this == STALLS_IN_READ;
    }

    /** Whether the client sends as much as it can. */
    boolean isFlooded() {
        return this == STALLS_IN_WRITE || this == NOTHING_IN_WRITE;
    }
}
