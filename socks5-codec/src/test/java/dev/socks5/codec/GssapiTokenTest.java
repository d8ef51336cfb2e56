package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class GssapiTokenTest {

    @Test
    void hasAsManyOctetsAsLenCanCount() {
        assertThat(GssapiToken.of().length()).isZero();
        assertThat(GssapiToken.of(new byte[65_535]).length()).isEqualTo(65_535).isEqualTo(GssapiToken.MAX_LENGTH);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GssapiToken.of(new byte[65_536]))
                .withMessage("a token has at most 65,535 octets, not 65536");
    }

    @Test
    void sharesNoArray() {
        byte[] octets = {1, 2, 3};
        GssapiToken token = GssapiToken.of(octets);
        octets[0] = 9;
        token.octets()[1] = 9;
        assertThat(token.octets()).containsExactly(1, 2, 3);
    }

    @Test
    void isEqualByValue() {
        GssapiToken token = GssapiToken.of(new byte[] {1, 2});
        assertThat(token)
                .isEqualTo(GssapiToken.of(new byte[] {1, 2}))
                .hasSameHashCodeAs(GssapiToken.of(new byte[] {1, 2}))
                .isNotEqualTo(GssapiToken.of(new byte[] {1, 3}))
                .isNotEqualTo(GssapiToken.of(new byte[] {1, 2, 0}))
                .isNotEqualTo("token");
        assertThat(token.hashCode())
                .isNotEqualTo(GssapiToken.of(new byte[] {1, 3}).hashCode());
    }

    @Test
    void neverShowsWhatItHolds() {
        assertThat(GssapiToken.of(new byte[] {'k', 'e', 'y'})).hasToString("GssapiToken[3 octets]");
        assertThat(new GssapiMessage.Authentication(GssapiToken.of(new byte[] {'k', 'e', 'y'})))
                .hasToString("Authentication[token=GssapiToken[3 octets]]");
    }
}
