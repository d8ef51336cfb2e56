/**
 * The state that belongs to one client's connection, from its acceptance to its end, whatever it does. This room may
 * import only the rooms below ({@code report}, {@code policy}, {@code limits}, {@code usage}, {@code secure},
 * {@code net}), and the types of the API. Not exported.
 */
@NullMarked
package dev.socks5.server.internal.session;

import org.jspecify.annotations.NullMarked;
