package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.net.ftp.FTPClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The FTP client of commons-net, with somebody else's FTP server: it asks its control connection for addresses. */
@Timeout(60)
class FtpClientTest {

    @TempDir
    private Path folder;

    private FtpOrigin origin;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("file"), "content");
        origin = FtpOrigin.start("127.0.0.1", "127.0.0.1", folder);
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private static FTPClient asTheRecipeHasIt(FTPClient ftp) {
        // recipe: FTP
        ftp.setIpAddressFromPasvResponse(true);
        ftp.setRemoteVerificationEnabled(false);
        // end of recipe
        return ftp;
    }

    private void fetch(FTPClient ftp, LibraryTable.Way way, boolean passive) throws IOException {
        ftp.setSocketFactory(way.client().socketFactory());
        try {
            ftp.connect(way.host(), origin.port());
            ftp.login(FtpOrigin.USER, FtpOrigin.PASSWORD);
            if (passive) {
                ftp.enterLocalPassiveMode();
            }
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            if (!ftp.retrieveFile("file", received)) {
                throw new IOException(ftp.getReplyString());
            }
            assertThat(received.toString(UTF_8)).isEqualTo("content");
        } finally {
            ftp.disconnect();
        }
    }

    @Test
    void passive() throws Exception {
        LibraryTable.check("FTP (commons-net), passive", FTPClient.class, way -> fetch(new FTPClient(), way, true));
    }

    @Test
    void active() throws Exception {
        LibraryTable.check("FTP (commons-net), active", FTPClient.class, way -> fetch(new FTPClient(), way, false));
    }

    @Test
    void passiveAsTheRecipeHasIt() throws Exception {
        LibraryTable.check(
                "FTP (commons-net), passive, with the recipe",
                FTPClient.class,
                way -> fetch(asTheRecipeHasIt(new FTPClient()), way, true));
    }

    @Test
    void activeAsTheRecipeHasIt() throws Exception {
        LibraryTable.check(
                "FTP (commons-net), active, with the recipe",
                FTPClient.class,
                way -> fetch(asTheRecipeHasIt(new FTPClient()), way, false));
    }
}
