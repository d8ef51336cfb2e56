/**
 * Decisions: the settings, the rules and the resolvers that the application chooses or the server brings along. This
 * room may import only {@code limits}, {@code secure} and {@code net}, and the types of the API. Not exported.
 */
@NullMarked
package dev.socks5.server.internal.policy;

import org.jspecify.annotations.NullMarked;
