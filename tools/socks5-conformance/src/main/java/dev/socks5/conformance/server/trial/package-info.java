/** What a case against a server works with, and what is known of the server. */
@NullMarked
package dev.socks5.conformance.server.trial;

import org.jspecify.annotations.NullMarked;
