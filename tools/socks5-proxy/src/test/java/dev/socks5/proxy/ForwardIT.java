package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.junit.Socks5TestProxy;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code forward} of the stand-alone jar, as a process. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // An interrupt does not end a read from a process.
class ForwardIT {

    @TempDir
    Path folder;

    @Test
    void forwardsUntilItIsToldToStopAndResetsThen() throws Exception {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (ServerSocket origin = new ServerSocket(0, 50, loopback);
                Socks5TestProxy proxy = Socks5TestProxy.start()) {
            proxy.resolve("db.internal", loopback);
            Path options = Files.writeString(folder.resolve("options"), "--proxy=" + proxy.uri());
            Process process = ServerProcess.command(
                            1024, "-Xmx64m", "forward", "@" + options, "0=db.internal:" + origin.getLocalPort())
                    .start();
            try (BufferedReader messages = process.inputReader(StandardCharsets.UTF_8)) {
                String line = messages.readLine();
                assertThat(line).matches("Forwarding 127\\.0\\.0\\.1:\\d+ to db\\.internal:" + origin.getLocalPort());
                Endpoint address = Endpoint.parse(line.split(" ", -1)[1]);
                try (Socket local = new Socket(loopback, address.port());
                        Socket behind = origin.accept()) {
                    local.getOutputStream().write('.');
                    assertThat(behind.getInputStream().read()).isEqualTo('.');
                    process.destroy();
                    assertThatThrownBy(() -> local.getInputStream().read()).isInstanceOf(SocketException.class);
                }
                assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(128 + ServerProcess.SIGTERM);
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
