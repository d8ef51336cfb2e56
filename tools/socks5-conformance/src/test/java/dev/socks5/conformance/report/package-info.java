@NullMarked
package dev.socks5.conformance.report;

import org.jspecify.annotations.NullMarked;
