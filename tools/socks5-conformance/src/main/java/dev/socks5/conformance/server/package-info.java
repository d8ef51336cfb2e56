/** All cases that judge servers: in them the suite plays the client, and the destinations. */
@NullMarked
package dev.socks5.conformance.server;

import org.jspecify.annotations.NullMarked;
