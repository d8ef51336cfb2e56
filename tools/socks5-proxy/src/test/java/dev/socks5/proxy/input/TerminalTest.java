package dev.socks5.proxy.input;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTest {

    /** As in Java 22 and later, where there may be a console without a terminal. */
    public static final class NewConsole {
        private final boolean terminal;

        private NewConsole(boolean terminal) {
            this.terminal = terminal;
        }

        /** By its name. */
        public boolean isTerminal() {
            return terminal;
        }
    }

    @Test
    void whatATerminalIs() {
        assertThat(Terminal.isTerminal(NewConsole.class, null)).isFalse();
        assertThat(Terminal.isTerminal(NewConsole.class, new NewConsole(true))).isTrue();
        assertThat(Terminal.isTerminal(NewConsole.class, new NewConsole(false))).isFalse();
        assertThat(Terminal.isTerminal(Object.class, new Object())).isTrue(); // Java 17 cannot be asked.
    }
}
