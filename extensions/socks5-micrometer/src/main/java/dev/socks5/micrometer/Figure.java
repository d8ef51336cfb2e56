package dev.socks5.micrometer;

import org.jspecify.annotations.Nullable;

/**
 * Names and describes meters that differ by their tags alone.
 *
 * @param name the name, by Micrometer's conventions: no unit in it, and no "total"
 * @param unit the base unit; {@code null} for times, and for numbers of things: the name says of what
 * @param description one sentence
 */
record Figure(String name, @Nullable String unit, String description) {

    /** Names meters without a unit. */
    Figure(String name, String description) {
        this(name, null, description);
    }
}
