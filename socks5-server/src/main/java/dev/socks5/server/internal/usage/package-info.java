/**
 * What has been relayed: counted where it is relayed, for each session, each user and the whole server. This room may
 * import only the types of the API. Not exported.
 */
@NullMarked
package dev.socks5.server.internal.usage;

import org.jspecify.annotations.NullMarked;
