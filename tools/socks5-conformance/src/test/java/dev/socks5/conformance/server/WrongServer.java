package dev.socks5.conformance.server;

import dev.socks5.conformance.peer.RightServer;
import java.util.function.Supplier;

/**
 * A peer that does one thing wrong, for the case that has to notice.
 *
 * @param id of the case
 * @param message a part of what the case says then
 * @param peer makes one, not started yet
 */
record WrongServer(String id, String message, Supplier<RightServer> peer) {}
