package dev.socks5.conformance.peer;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** Relays between a client and its destination: both ways, with the end and the reset of each side passed on. */
public class Tunnel extends Messages {

    /** Relays both ways until both directions have ended, or one has failed. */
    protected void relay(Session session, Socket destination) throws IOException {
        Thread back = Daemons.thread(() -> carryBack(destination, session.socket()));
        back.start();
        carry(session.in(), session.socket(), destination);
        try {
            back.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void carryBack(Socket destination, Socket client) {
        try {
            carry(destination.getInputStream(), destination, client);
        } catch (IOException e) {
            failed(destination, client);
        }
    }

    /** Carries bytes one way until they end or something fails. */
    protected void carry(InputStream in, Socket from, Socket to) {
        try {
            byte[] buffer = new byte[16 * 1024];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                pass(buffer, count, to);
            }
            ended(from, to);
        } catch (IOException e) {
            failed(from, to);
        }
    }

    /** Passes on the first bytes of a buffer. */
    protected void pass(byte[] buffer, int count, Socket to) throws IOException {
        to.getOutputStream().write(buffer, 0, count);
    }

    /** Passes on that one side has sent all. The other direction goes on. */
    protected void ended(Socket from, Socket to) throws IOException {
        to.shutdownOutput();
    }

    /** Passes on that one side was reset, by resetting both. */
    protected void failed(Socket from, Socket to) {
        reset(from);
        reset(to);
    }

    /** Closes a socket by a reset. */
    protected static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            Execution.closeQuietly(socket);
        }
    }
}
