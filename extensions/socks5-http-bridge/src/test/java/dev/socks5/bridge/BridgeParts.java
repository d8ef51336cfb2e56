package dev.socks5.bridge;

import dev.socks5.client.Socks5Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** What the connections of a bridge share, for tests of its parts: failures and lines of the log are kept. */
final class BridgeParts {

    final BridgeSockets sockets = new BridgeSockets();
    final List<HttpBridgeFailure> failures = Collections.synchronizedList(new ArrayList<>());
    final List<String> log = Collections.synchronizedList(new ArrayList<>());

    BridgeShared shared(ExecutorService threads) {
        return new BridgeShared(
                Socks5Client.builder()
                        .proxy("192.0.2.1", 1080)
                        .connectTimeout(Duration.ofSeconds(10))
                        .build(),
                sockets,
                threads,
                new BridgeFailures(failures::add, new BridgeLog(System::nanoTime, log::add)),
                10_000);
    }
}
