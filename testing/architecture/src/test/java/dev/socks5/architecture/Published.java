package dev.socks5.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.util.stream.Stream;

/** The modules that others can depend on. */
enum Published {
    CODEC("socks5-codec", "socks5-codec", "dev.socks5.codec"),
    CLIENT("socks5-client", "socks5-client", "dev.socks5.client"),
    SERVER("socks5-server", "socks5-server", "dev.socks5.server"),
    GSSAPI("extensions/socks5-gssapi", "socks5-gssapi", "dev.socks5.gssapi"),
    BRIDGE("extensions/socks5-http-bridge", "socks5-http-bridge", "dev.socks5.bridge"),
    JUNIT("extensions/socks5-junit", "socks5-junit", "dev.socks5.junit"),
    MICROMETER("extensions/socks5-micrometer", "socks5-micrometer", "dev.socks5.micrometer");

    private final String folder;
    private final String artifact;
    private final String packageName;

    Published(String folder, String artifact, String packageName) {
        this.folder = folder;
        this.artifact = artifact;
        this.packageName = packageName;
    }

    Stream<JavaClass> classes() {
        return Code.ALL.stream().filter(type -> (type.getPackageName() + ".").startsWith(packageName + "."));
    }

    ReachabilityMetadata metadata() throws IOException {
        return ReachabilityMetadata.of(folder, artifact);
    }
}
