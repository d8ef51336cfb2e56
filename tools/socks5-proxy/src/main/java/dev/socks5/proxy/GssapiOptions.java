package dev.socks5.proxy;

import dev.socks5.codec.ProtectionLevel;
import dev.socks5.gssapi.GssapiAcceptor;
import dev.socks5.server.Socks5ServerBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Logins by Kerberos. */
final class GssapiOptions {

    @Option(
            names = "--gssapi-keytab",
            paramLabel = "FILE",
            description =
                    "Users log in by Kerberos, for the services whose keys are in this keytab; with --user as well,"
                            + " either will do.")
    private Path keytab;

    @Option(
            names = "--gssapi-level",
            paramLabel = "LEVEL",
            description =
                    "How their connections are protected at the least: none, integrity or confidentiality. Default:"
                            + " none.")
    private ProtectionLevel level = ProtectionLevel.NONE;

    @Option(
            names = "--gssapi-limit",
            paramLabel = "LEVEL",
            description = "The same at the most, for programs that ask for more than they can do. Default:"
                    + " confidentiality.")
    private ProtectionLevel limit = ProtectionLevel.CONFIDENTIALITY;

    @Option(
            names = "--gssapi-nec",
            description = "Let clients send that level unprotected, as curl --socks5-gssapi-nec does.")
    private boolean levelInClear;

    void configure(Socks5ServerBuilder builder) {
        if (keytab == null) {
            requireDefaults();
            return;
        }
        if (!limit.isAtLeast(level)) {
            throw new IllegalArgumentException("--gssapi-limit is less than --gssapi-level");
        }
        if (!Files.isReadable(keytab) || Files.isDirectory(keytab)) {
            throw new IllegalArgumentException("cannot read --gssapi-keytab " + keytab);
        }
        GssapiAcceptor.Builder acceptor =
                GssapiAcceptor.builder().keytab(keytab).requireLevel(level).limitLevel(limit);
        if (levelInClear) {
            acceptor.acceptLevelInClear();
        }
        builder.gssapi(acceptor.build());
    }

    /** Who asks for protection must not go without. */
    private void requireDefaults() {
        boolean given =
                levelInClear || !level.equals(ProtectionLevel.NONE) || !limit.equals(ProtectionLevel.CONFIDENTIALITY);
        if (given) {
            throw new IllegalArgumentException("--gssapi-level, --gssapi-limit and --gssapi-nec need --gssapi-keytab");
        }
    }

    /** For the option's argument. */
    static ProtectionLevel level(String name) {
        return switch (name) {
            case "none" -> ProtectionLevel.NONE;
            case "integrity" -> ProtectionLevel.INTEGRITY;
            case "confidentiality" -> ProtectionLevel.CONFIDENTIALITY;
            default -> throw new IllegalArgumentException("not none, integrity or confidentiality: " + name);
        };
    }

    boolean areGiven() {
        return keytab != null;
    }
}
