/** What the library adds to the start of a program: milliseconds, classes and the sizes of the jars. */
@NullMarked
package dev.socks5.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
