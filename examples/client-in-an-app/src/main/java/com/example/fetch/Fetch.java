package com.example.fetch;

import dev.socks5.bridge.HttpBridge;
import dev.socks5.bridge.HttpBridgeFailure;
import dev.socks5.client.Socks5Client;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Prints a page that it fetches through the SOCKS5 proxy in the environment variable {@code ALL_PROXY}. */
public final class Fetch {

    private Fetch() {}

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 1) {
            System.err.println("usage: Fetch http[s]://...");
            System.exit(2);
        }
        try {
            Socks5Client proxy = Socks5Client.fromEnvironment()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "ALL_PROXY is not set; it looks like socks5h://alice:secret@proxy.example:1080"));
            System.out.println(fetch(proxy, URI.create(args[0])));
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("cannot fetch the page: " + e.getMessage());
            System.exit(1);
        }
    }

    static String fetch(Socks5Client proxy, URI page) throws IOException, InterruptedException {
        try (HttpBridge bridge = HttpBridge.open(proxy)) { // a larger program opens it once, when it starts
            HttpClient http =
                    HttpClient.newBuilder().proxy(bridge.proxySelector()).build();
            HttpRequest request =
                    HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(30)).build();
            try {
                HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
                if (response.statusCode() != 200) {
                    throw new IOException("the answer has status " + response.statusCode());
                }
                return response.body();
            } catch (IOException e) {
                // If it was the proxy or the way there, the bridge knows more than HttpClient.
                throw bridge.lastFailure().map(HttpBridgeFailure::cause).orElse(e);
            }
        }
    }
}
