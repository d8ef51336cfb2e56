/**
 * Accepts connections and leads each from acceptance to the command that it asks for. This room may import all
 * other rooms, and the types of the API. Not exported.
 */
@NullMarked
package dev.socks5.server.internal.front;

import org.jspecify.annotations.NullMarked;
