package dev.socks5.interop;

import java.nio.file.Path;
import org.apache.ftpserver.DataConnectionConfigurationFactory;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.ftplet.FtpException;
import org.apache.ftpserver.listener.Listener;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;

/**
 * Somebody else's FTP server. In active mode it connects from the address that it listens on, and only to its client's.
 */
final class FtpOrigin implements AutoCloseable {

    static final String USER = "alice";
    static final String PASSWORD = "secret";

    private final FtpServer server;
    private final Listener listener;

    private FtpOrigin(FtpServer server, Listener listener) {
        this.server = server;
        this.listener = listener;
    }

    /** Serves the files of a folder, for reading. */
    static FtpOrigin start(String listenOn, String connectFrom, Path folder) throws FtpException {
        DataConnectionConfigurationFactory data = new DataConnectionConfigurationFactory();
        data.setActiveEnabled(true);
        data.setActiveLocalAddress(connectFrom);
        data.setActiveIpCheck(true);
        ListenerFactory listeners = new ListenerFactory();
        listeners.setServerAddress(listenOn);
        listeners.setPort(0);
        listeners.setDataConnectionConfiguration(data.createDataConnectionConfiguration());
        Listener listener = listeners.createListener();

        BaseUser user = new BaseUser();
        user.setName(USER);
        user.setPassword(PASSWORD);
        user.setHomeDirectory(folder.toString());
        FtpServerFactory servers = new FtpServerFactory();
        servers.addListener("default", listener);
        servers.getUserManager().save(user);
        FtpServer server = servers.createServer();
        server.start();
        return new FtpOrigin(server, listener);
    }

    int port() {
        return listener.getPort();
    }

    @Override
    public void close() {
        server.stop();
    }
}
