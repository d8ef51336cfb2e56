/** What a run comes to, for people and for programs: text, JUnit XML, JSON, TAP, and the league table. */
@NullMarked
package dev.socks5.conformance.report;

import org.jspecify.annotations.NullMarked;
