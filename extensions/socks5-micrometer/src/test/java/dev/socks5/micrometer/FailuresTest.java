package dev.socks5.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class FailuresTest {

    @Test
    void namesTheFirstTypeOfTheListThatFits() {
        assertThat(Causes.all())
                .allSatisfy(
                        (cause, name) -> assertThat(Failures.exception(cause)).isEqualTo(name));
    }

    @Test
    void namesTheReply() {
        assertThat(Failures.reply(Causes.rejection(0x01))).isEqualTo("general-failure");
        assertThat(Failures.reply(Causes.rejection(0x08))).isEqualTo("address-type-not-supported");
        assertThat(Failures.reply(Causes.rejection(0x09))).isEqualTo("other");
        assertThat(Failures.reply(Causes.rejection(0xEF))).isEqualTo("other");
        assertThat(Failures.reply(Causes.rejection(0xF0))).isEqualTo("onion-descriptor-not-found");
        assertThat(Failures.reply(Causes.rejection(0xF7))).isEqualTo("onion-introduction-timed-out");
        assertThat(Failures.reply(Causes.rejection(0xF8))).isEqualTo("other");
        assertThat(Failures.reply(new ConnectException())).isEqualTo("none");
    }
}
