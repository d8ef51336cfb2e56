/** The cases that judge clients, and how the program under test is started for each. */
@NullMarked
package dev.socks5.conformance.client;

import org.jspecify.annotations.NullMarked;
