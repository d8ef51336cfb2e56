/**
 * Carries out CONNECT, BIND and look-ups, directly or through upstreams, up to the tunnel. This room may import only
 * the rooms below ({@code session}, {@code report}, {@code policy}, {@code limits}, {@code usage}, {@code secure},
 * {@code transport}, {@code net}), and the types of the API. Not exported.
 */
@NullMarked
package dev.socks5.server.internal.command;

import org.jspecify.annotations.NullMarked;
