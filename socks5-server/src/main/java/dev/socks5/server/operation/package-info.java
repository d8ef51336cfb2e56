/** What a server tells of its work while it does it: the sessions that are open, and what each user has relayed. */
@NullMarked
package dev.socks5.server.operation;

import org.jspecify.annotations.NullMarked;
