/** The cases of what stands before a tunnel: methods, logins, requests, replies, and how they are cut and spelled. */
@NullMarked
package dev.socks5.conformance.server.handshake;

import org.jspecify.annotations.NullMarked;
