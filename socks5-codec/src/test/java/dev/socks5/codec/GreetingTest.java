package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** RFC 1928 section 3. */
class GreetingTest {

    private static final DecodeContract<Greeting> GREETING = new DecodeContract<>(Greeting::decode);

    /** 0x00 to 0xFE. */
    private static final List<AuthMethod> METHODS_255 =
            IntStream.range(0, 255).mapToObj(AuthMethod::of).toList();

    private static final String HEX_255 = METHODS_255.stream()
            .map(method -> HexFormat.of().toHexDigits((byte) method.code()))
            .reduce("", String::concat);

    @TestFactory
    Stream<DynamicTest> vectors() {
        return Stream.of(
                // VER NMETHODS METHODS: none at all is for the server to answer
                GREETING.golden("05 00", Greeting.of()),
                GREETING.golden("05 01 00", Greeting.of(AuthMethod.NO_AUTHENTICATION)),
                GREETING.golden("05 02 00 02", Greeting.of(AuthMethod.NO_AUTHENTICATION, AuthMethod.USERNAME_PASSWORD)),
                // the client's order, repetitions, private and reserved methods
                GREETING.golden(
                        "05 04 80 02 02 FF",
                        Greeting.of(
                                AuthMethod.of(0x80),
                                AuthMethod.USERNAME_PASSWORD,
                                AuthMethod.USERNAME_PASSWORD,
                                AuthMethod.NO_ACCEPTABLE)),
                GREETING.golden("05 FF " + HEX_255, new Greeting(METHODS_255)));
    }

    @TestFactory
    Stream<DynamicTest> otherVersions() {
        return Stream.of(
                GREETING.malformed("04 01 0050 C0000201 00", 0), // SOCKS4
                GREETING.malformed("00 01 00", 0),
                GREETING.malformed("06 01 00", 0),
                GREETING.malformed("85 01 00", 0),
                GREETING.malformed("47 45 54 20 2F", 0)); // GET /
    }

    @Test
    void copiesTheList() {
        List<AuthMethod> methods = new ArrayList<>(List.of(AuthMethod.GSSAPI));
        Greeting greeting = new Greeting(methods);
        methods.clear();
        assertThat(greeting)
                .isEqualTo(Greeting.of(AuthMethod.GSSAPI))
                .hasSameHashCodeAs(Greeting.of(AuthMethod.GSSAPI));
        assertThat(greeting.methods()).isUnmodifiable();
        assertThat(greeting).isNotEqualTo(Greeting.of());
    }

    @Test
    void holdsAtMost255Methods() {
        assertThat(new Greeting(Collections.nCopies(255, AuthMethod.GSSAPI)).methods())
                .hasSize(255);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Greeting(Collections.nCopies(256, AuthMethod.GSSAPI)))
                .withMessageContaining("the number of methods");
    }
}
