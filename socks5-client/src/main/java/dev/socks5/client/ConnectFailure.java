package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import java.time.Duration;
import java.util.Optional;

/**
 * Tells how an attempt failed.
 *
 * @param phase the phase that it was in
 * @param proxy the proxy that it was about, as {@link ConnectAttempt#proxies()} has it: the first one while that is
 *     looked up or dialled; empty if it was about a destination that is looked up here or goes direct
 * @param cause the exception that the caller gets, or the one inside it; names no credentials, unless the user's own
 *     code has thrown it. If the user has completed a future of {@link Socks5Client#connectAsync}, a
 *     {@link java.util.concurrent.CancellationException}
 * @param taken the time since the attempt began
 */
public record ConnectFailure(ConnectPhase phase, Optional<Endpoint> proxy, Throwable cause, Duration taken) {}
