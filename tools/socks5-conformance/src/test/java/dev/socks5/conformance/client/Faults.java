package dev.socks5.conformance.client;

import dev.socks5.conformance.peer.RightClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;

/** Mistakes that several cases have to notice. */
final class Faults {

    private Faults() {}

    /** Takes what one read returns for all that was asked for, and what is missing for zeros; the end too. */
    static class ReadsOnce extends RightClient {
        @Override
        protected byte[] read(InputStream in, int count) throws IOException {
            byte[] bytes = new byte[count];
            in.read(bytes);
            return bytes;
        }
    }

    /** Waits for ever when it fails. */
    static class HangsAtFailure extends RightClient {
        @Override
        protected void failed(IOException failure, Task task, OutputStream out) {
            hang();
        }
    }

    /** Waits for ever when the proxy says nothing, or whatever else goes wrong. */
    static class WaitsForEver extends RightClient {
        @Override
        protected byte[] read(InputStream in, int count) throws IOException {
            try {
                return super.read(in, count);
            } catch (IOException e) {
                hang();
                throw e;
            }
        }
    }

    /** Takes every reply for a success. */
    static class AnyReply extends RightClient {
        @Override
        protected void requireSuccess(InputStream in, int code) {}
    }

    /** Takes what does not come any more for what would be right. */
    static class ReadsZeros extends RightClient {
        @Override
        protected byte[] read(InputStream in, int count) throws IOException {
            return Arrays.copyOf(in.readNBytes(count), count);
        }

        @Override
        protected void requireVersion(int version) {}

        @Override
        protected byte[] readAddress(InputStream in, int type) throws IOException {
            return type == 0 ? new byte[4] : super.readAddress(in, type);
        }
    }

    /** Takes every reply for a success as well. */
    static class ReadsZerosAnyReply extends ReadsZeros {
        @Override
        protected void requireSuccess(InputStream in, int code) {}
    }

    /** Takes every version for that of SOCKS5. */
    static class AnyVersion extends RightClient {
        @Override
        protected void requireVersion(int version) {}
    }

    /** Goes on with every method. */
    static class AnyMethod extends AnyVersion {
        @Override
        protected void otherMethod(Socket socket, Task task, int method) {}
    }

    /** Reads replies through a buffer that it then forgets. */
    static class ReadsTooMuch extends RightClient {
        private static final int MUCH = 4096;

        @Override
        protected InetSocketAddress readReply(InputStream in) throws IOException {
            byte[] bytes = new byte[MUCH];
            int count = in.read(bytes);
            return super.readReply(new ByteArrayInputStream(Arrays.copyOf(bytes, Math.max(count, 0))));
        }
    }

    /** Goes to the destination by itself when it fails. */
    static class GoesDirect extends RightClient {
        @Override
        protected void failed(IOException failure, Task task, OutputStream out) throws IOException {
            try (Socket socket = closing(new Socket())) {
                socket.connect(new InetSocketAddress(task.host(), task.port()));
                tunnel(socket, task, out);
            }
        }
    }
}
