/**
 * Reports of what happens: to listeners, statistics and Java Flight Recorder. This room may import only the rooms
 * below ({@code policy}, {@code limits}, {@code usage}, {@code secure}, {@code net}), and the types of the API. Not
 * exported.
 */
@NullMarked
package dev.socks5.server.internal.report;

import org.jspecify.annotations.NullMarked;
