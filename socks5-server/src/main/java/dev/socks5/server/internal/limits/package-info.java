/**
 * Counts and bounds: how many connections, those without a request yet, failed logins and users, and how much bandwidth
 * and memory. This room may import only {@code usage} and {@code net}, and the types of the API. Not exported.
 */
@NullMarked
package dev.socks5.server.internal.limits;

import org.jspecify.annotations.NullMarked;
