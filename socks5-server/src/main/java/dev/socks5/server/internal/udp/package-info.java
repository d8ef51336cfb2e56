/**
 * Carries out UDP ASSOCIATE and relays its datagrams, directly or through upstreams. This room may import only the
 * rooms below ({@code command}, {@code session}, {@code report}, {@code policy}, {@code limits}, {@code usage},
 * {@code secure}, {@code transport}, {@code net}), and the types of the API. Not exported.
 */
@NullMarked
package dev.socks5.server.internal.udp;

import org.jspecify.annotations.NullMarked;
