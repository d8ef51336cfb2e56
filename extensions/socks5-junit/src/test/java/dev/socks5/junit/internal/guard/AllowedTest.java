package dev.socks5.junit.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedTest {

    private static InetSocketAddress socket(String address, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(address), port);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 80, 192.0.2.1:80, true",
        "192.0.2.1, 81, 192.0.2.1:80, false",
        "192.0.2.2, 80, 192.0.2.1:80, false",
        "192.0.2.1, 80, 192.0.2.0/24, true",
        "::1, 80, [::1]:80, true",
        "fe80::1%1, 80, fe80::/10, true",
        "192.0.2.1, 80, *, true",
        "192.0.2.1, 80, *.test, false"
    })
    void addressesAreAllowedByPatterns(String address, int port, String pattern, boolean allowed) throws Exception {
        assertThat(allowed(pattern).test(Target.of(socket(address, port)))).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "db.test, db.test:5432, true",
        "db.test., DB.test, true",
        "db.test, *.test:1000-2000, true",
        "db.test, db.example, false",
        "no name, *, true"
    })
    void aLookUpIsAllowedIfAnyPortIs(String name, String pattern, boolean allowed) {
        assertThat(allowed(pattern).test(Target.of(name))).isEqualTo(allowed);
    }

    @Test
    void anAddressIsAllowedByTheNameThatLedToIt() throws Exception {
        InetAddress named = InetAddress.getByAddress("db.test", new byte[] {(byte) 192, 0, 2, 1});
        assertThat(allowed("db.test:5432").test(Target.of(new InetSocketAddress(named, 5432))))
                .isTrue();
        assertThat(allowed("db.test:5432").test(Target.of(new InetSocketAddress(named, 5433))))
                .isFalse();
        assertThat(allowed("192.0.2.1").test(Target.of(new InetSocketAddress(named, 5432))))
                .isTrue();
    }

    @Test
    void pathsAreAllowedOneByOne() {
        Allowed allowed = allowed("unix:/run/db.sock");
        assertThat(allowed.test(Target.of(Path.of("/run/db.sock")))).isTrue();
        assertThat(allowed.test(Target.of(UnixDomainSocketAddress.of("/run/db.sock"))))
                .isTrue();
        assertThat(allowed.test(Target.of(Path.of("/run/other.sock")))).isFalse();
        assertThat(allowed("*").test(Target.of(Path.of("/run/db.sock")))).isFalse();
    }

    @Test
    void anAddressIsAllowedWithItsPort() throws Exception {
        Allowed allowed = new Allowed();
        allowed.add(socket("192.0.2.1", 80));
        assertThat(allowed.test(Target.of(socket("192.0.2.1", 80)))).isTrue();
        assertThat(allowed.test(Target.of(socket("192.0.2.1", 81)))).isFalse();
        assertThat(allowed.test(Target.of(InetAddress.getByName("192.0.2.1")))).isFalse();
    }

    @Test
    void aWildcardAddressIsEachOfThisMachine() throws Exception {
        Allowed allowed = new Allowed();
        allowed.add(socket("0.0.0.0", 80));
        assertThat(allowed.test(Target.of(socket("127.0.0.1", 80)))).isTrue();
        assertThat(allowed.test(Target.of(socket("::1", 80)))).isTrue();
        assertThat(allowed.test(Target.of(socket("127.0.0.1", 81)))).isFalse();
        assertThat(allowed.test(Target.of(socket("192.0.2.1", 80)))).isFalse();
    }

    @Test
    void anUnresolvedAddressIsALookUpAndAConnection() throws Exception {
        Allowed allowed = new Allowed();
        allowed.add(InetSocketAddress.createUnresolved("db.test", 5432));
        InetAddress named = InetAddress.getByAddress("db.test", new byte[] {(byte) 192, 0, 2, 1});
        assertThat(allowed.test(Target.of("db.test"))).isTrue();
        assertThat(allowed.test(Target.of(new InetSocketAddress(named, 5432)))).isTrue();
        assertThat(allowed.test(Target.of(new InetSocketAddress(named, 5433)))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:", "127.0.0.1:*", "http://x", "unix:\0"})
    void aTextThatIsNoPatternIsNamed(String text) {
        assertThatThrownBy(() -> allowed(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("@NoDirectConnections(allow = \"" + text.replace("\0", "\\u0000") + "\"): ")
                .hasMessageNotContaining("\0");
    }

    @Test
    void textsOfTargetsAreEscaped() throws Exception {
        assertThat(Target.of("a\nb\u00e9").text()).isEqualTo("a\\u000ab\\u00e9");
        InetAddress named = InetAddress.getByAddress("db.test", new byte[] {(byte) 192, 0, 2, 1});
        assertThat(Target.of(new InetSocketAddress(named, 80)).text()).isEqualTo("192.0.2.1:80 (db.test)");
        assertThat(Target.of(socket("::1", 80)).text()).isEqualTo("[0:0:0:0:0:0:0:1]:80");
        assertThat(Target.of(InetSocketAddress.createUnresolved("db.test", 80)).text())
                .isEqualTo("db.test:80");
    }

    private static Allowed allowed(String pattern) {
        Allowed allowed = new Allowed();
        allowed.add(pattern);
        return allowed;
    }
}
