package dev.socks5.benchmarks.clients;

import dev.socks5.benchmarks.load.Loop;
import dev.socks5.benchmarks.load.Origin;
import dev.socks5.benchmarks.load.Pattern;
import dev.socks5.codec.Endpoint;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;

/** What a thread does through a client, until its socket is closed. */
public enum Work {

    /** Reads what an origin sends without end. */
    DOWNLOAD("MB/s", 1e6, "CPU s/GB", 1e9) {
        @Override
        Endpoint origin(Loop loop, Queue<AtomicLong> counts) throws IOException {
            return Origin.source(loop, "127.0.0.1");
        }

        @Override
        void run(Workers workers) throws IOException {
            Socket socket = workers.connect();
            AtomicLong count = workers.count();
            socket.getOutputStream().write(0);
            byte[] buffer = new byte[BUFFER_SIZE];
            InputStream in = socket.getInputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                long offset = count.getPlain();
                Pattern.check(ByteBuffer.wrap(buffer, 0, length), offset);
                count.lazySet(offset + length);
            }
            throw new EOFException("a download has ended");
        }
    },

    /** Sends without end to an origin that counts. */
    UPLOAD("MB/s", 1e6, "CPU s/GB", 1e9) {
        @Override
        Endpoint origin(Loop loop, Queue<AtomicLong> counts) throws IOException {
            return Origin.sink(loop, "127.0.0.1", counts);
        }

        @Override
        void run(Workers workers) throws IOException {
            OutputStream out = workers.connect().getOutputStream();
            ByteBuffer pattern = Pattern.view();
            byte[] buffer = new byte[BUFFER_SIZE];
            for (long offset = 0; ; offset += BUFFER_SIZE) {
                Pattern.aim(pattern, offset, BUFFER_SIZE).get(buffer);
                out.write(buffer);
            }
        }
    },

    /** Sends 64 octets to an echo, again and again, each time when the last ones are back. */
    EXCHANGES("exchanges/s", 1, "CPU us/exchange", 1e6) {
        @Override
        Endpoint origin(Loop loop, Queue<AtomicLong> counts) throws IOException {
            return Origin.echo(loop, "127.0.0.1");
        }

        @Override
        void run(Workers workers) throws IOException {
            Socket socket = workers.connect();
            AtomicLong count = workers.count();
            while (true) {
                exchange(socket, new byte[MESSAGE]);
                count.lazySet(count.getPlain() + 1);
            }
        }
    },

    /** Connects to an echo, has one octet sent back, waits for the end and closes, again and again. */
    CONNECTIONS("connections/s", 1, "CPU us/connection", 1e6) {
        @Override
        Endpoint origin(Loop loop, Queue<AtomicLong> counts) throws IOException {
            return Origin.echoOnce(loop, "127.0.0.1");
        }

        @Override
        void run(Workers workers) throws IOException {
            AtomicLong count = workers.count();
            while (true) {
                Socket socket = workers.connect();
                exchange(socket, new byte[1]);
                if (socket.getInputStream().read() >= 0) {
                    throw new IOException("the tunnel returned more than one octet");
                }
                workers.close(socket);
                count.lazySet(count.getPlain() + 1);
            }
        }

        @Override
        String many(int threads) {
            return threads + " at a time";
        }
    };

    private static final int BUFFER_SIZE = 64 * 1024;
    private static final int MESSAGE = 64;

    private final String unit;
    private final double rateOf;
    private final String cpuUnit;
    private final double cpuOf;

    Work(String unit, double rateOf, String cpuUnit, double cpuOf) {
        this.unit = unit;
        this.rateOf = rateOf;
        this.cpuUnit = cpuUnit;
        this.cpuOf = cpuOf;
    }

    /** Opens the origin; one that counts by itself adds a count for each connection. */
    abstract Endpoint origin(Loop loop, Queue<AtomicLong> counts) throws IOException;

    /** Does it, until it fails. */
    abstract void run(Workers workers) throws IOException;

    private static void exchange(Socket socket, byte[] message) throws IOException {
        socket.getOutputStream().write(message);
        if (socket.getInputStream().readNBytes(message, 0, message.length) < message.length) {
            throw new EOFException("a tunnel to an echo has ended");
        }
    }

    String many(int threads) {
        return threads + (threads == 1 ? " tunnel" : " tunnels");
    }

    String unit() {
        return unit;
    }

    /** How much of what is counted the unit of the rate is. */
    double rateOf() {
        return rateOf;
    }

    String cpuUnit() {
        return cpuUnit;
    }

    /** What CPU seconds for each one counted are multiplied by. */
    double cpuOf() {
        return cpuOf;
    }
}
