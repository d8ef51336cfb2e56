package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InetTest {

    @Test
    void fourAndSixteenOctetsAreAddresses() {
        assertThat(Inet.address(Buffers.octets("C0000201"))).isInstanceOf(Inet4Address.class);
        assertThat(Inet.address(Buffers.octets("00000000 00000000 0000FFFF C0000201")))
                .isInstanceOf(Inet6Address.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 15, 17})
    void nothingElseIs(int length) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Inet.address(new byte[length]))
                .withMessage("an address has 4 or 16 octets, not " + length)
                .withCauseInstanceOf(UnknownHostException.class);
    }
}
