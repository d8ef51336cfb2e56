package dev.socks5.simulation;

import static dev.socks5.simulation.Check.require;

import dev.socks5.server.CloseReason;
import dev.socks5.server.ServerUnderTest;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.simulation.network.Fault;
import dev.socks5.simulation.network.Faults;
import dev.socks5.simulation.network.SimulatedNetwork;
import dev.socks5.simulation.network.World;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;

/** One run of a whole server whose clients come by TLS, from its start to its end, by a {@link TlsPlan}. */
final class TlsRun {

    private static final Logger SERVER_LOG = Logger.getLogger("dev.socks5.server");

    static {
        SERVER_LOG.setLevel(Level.OFF); // What it warns of was done to it on purpose.
    }

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long USUAL_SLACK = 3 * MILLISECOND;
    private static final long LATE_SLACK = 1_000 * MILLISECOND;
    private static final InetSocketAddress SOCKS = new InetSocketAddress(Addresses.SERVER_IPV4, Addresses.SOCKS);

    /** All signatures by it have the same length, or the times of a run would depend on random bytes. */
    private static final SSLContext CONTEXT =
            context(new HeldCertificate.Builder().commonName("server").rsa2048().build());

    private final TlsPlan plan;
    private final World world;
    private final SimulatedNetwork network;
    private final List<TlsVisit> visits = new ArrayList<>();
    private final TlsOracle oracle;
    private @Nullable ServerUnderTest server;

    TlsRun(TlsPlan plan) {
        this.plan = plan;
        this.world = new World(plan.seed());
        Faults faults = new Faults();
        plan.faults().forEach(faults::with);
        this.network = new SimulatedNetwork(world, faults, Addresses.SERVER);
        this.oracle = new TlsOracle(this);
    }

    private static SSLContext context(HeldCertificate certificate) {
        try {
            char[] password = "password".toCharArray();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            Certificate[] chain = {certificate.certificate()};
            store.setKeyEntry("own", certificate.keyPair().getPrivate(), password, chain);
            store.setCertificateEntry("trusted", certificate.certificate());
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes the engine of a client; without a name of the server, so that no session is resumed. */
    static SSLEngine engine(boolean old) {
        SSLEngine engine = CONTEXT.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {old ? "TLSv1.2" : "TLSv1.3"});
        return engine;
    }

    /** Plays it to its end; throws a {@link Violation} if something that must hold does not. */
    void play() {
        Violation.forget();
        try {
            start();
            long stopAt = plan.stopAfter() * MILLISECOND;
            world.runUntil(() -> {
                oracle.afterStep();
                return stopAt > 0 && world.elapsed() >= stopAt;
            });
            if (stopAt == 0) {
                oracle.whenQuiet();
            }
            stop();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        } catch (IllegalStateException e) {
            Violation violation = new Violation(Rule.ALL_COMES_TO_AN_END, String.valueOf(e.getMessage()));
            violation.initCause(e);
            throw violation;
        } finally {
            network.close();
        }
    }

    private void start() throws IOException {
        for (TlsPlan.Visitor visitor : plan.visitors()) {
            TlsVisit visit = new TlsVisit(this, visitor);
            visits.add(visit);
            network.listen(visit.target(), from -> visit.far);
            world.after(visitor.at() * MILLISECOND, () -> network.connect(visit.from(), SOCKS, visit.program()));
        }
        Socks5ServerBuilder builder = Socks5Server.builder()
                .listenTls(SOCKS, CONTEXT)
                .eventLoops(plan.loops())
                .allowAnonymous()
                .handshakeTimeout(Duration.ofMillis(plan.handshake()))
                .idleTimeout(Duration.ofMillis(plan.idle()))
                .halfCloseTimeout(Duration.ofMillis(plan.halfClose()))
                .maxUnauthenticated(plan.maxUnauthenticated())
                .listener(oracle);
        server = ServerUnderTest.start(builder, network);
    }

    private void stop() throws InterruptedException {
        Socks5Server running = server().server();
        if (plan.grace() > 0) {
            long begun = world.elapsed();
            running.shutdown(Duration.ofMillis(plan.grace()));
            long late = world.elapsed() - begun - plan.grace() * MILLISECOND;
            require(late <= slack(), Rule.DEADLINES_ARE_KEPT, "shutdown was " + late + " ns late", null);
        }
        running.close();
        world.runUntil(() -> false);
        oracle.afterTheEnd();
    }

    // ------------------------------------------------------------------ for those who take part

    TlsPlan plan() {
        return plan;
    }

    World world() {
        return world;
    }

    SimulatedNetwork network() {
        return network;
    }

    ServerUnderTest server() {
        return Objects.requireNonNull(server);
    }

    List<TlsVisit> visits() {
        return visits;
    }

    /** Returns by how much a deadline may be missed, in nanoseconds. */
    long slack() {
        return plan.injects(Fault.LATE_TURN) ? LATE_SLACK : USUAL_SLACK;
    }

    /** Returns why the sessions have ended. */
    List<CloseReason> reasons() {
        List<CloseReason> reasons = new ArrayList<>();
        for (TlsVisit visit : visits) {
            if (visit.end != null) {
                reasons.add(visit.end.reason());
            }
        }
        return reasons;
    }
}
