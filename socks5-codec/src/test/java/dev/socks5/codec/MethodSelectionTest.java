package dev.socks5.codec;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** RFC 1928 section 3. */
class MethodSelectionTest {

    private static final DecodeContract<MethodSelection> SELECTION = new DecodeContract<>(MethodSelection::decode);

    @TestFactory
    Stream<DynamicTest> vectors() {
        return Stream.of(
                // VER METHOD
                SELECTION.golden("05 00", new MethodSelection(AuthMethod.NO_AUTHENTICATION)),
                SELECTION.golden("05 01", new MethodSelection(AuthMethod.GSSAPI)),
                SELECTION.golden("05 02", new MethodSelection(AuthMethod.USERNAME_PASSWORD)),
                SELECTION.golden("05 7F", new MethodSelection(AuthMethod.of(0x7F))),
                SELECTION.golden("05 80", new MethodSelection(AuthMethod.of(0x80))), // private
                SELECTION.golden("05 FE", new MethodSelection(AuthMethod.of(0xFE))),
                SELECTION.golden("05 FF", new MethodSelection(AuthMethod.NO_ACCEPTABLE)));
    }

    @TestFactory
    Stream<DynamicTest> otherVersions() {
        return Stream.of(
                SELECTION.malformed("04 00", 0),
                SELECTION.malformed("00 5A 0000 00000000", 0), // a SOCKS4 server's grant
                SELECTION.malformed("01 00", 0), // the login's version
                SELECTION.malformed("48 54 54 50", 0)); // HTTP
    }
}
