package dev.socks5.benchmarks.load;

import picocli.CommandLine.Command;

/** {@code benchmarks load}: drives one server. */
@Command(name = "load", description = "Drives any SOCKS5 server.", mixinStandardHelpOptions = true)
public final class LoadCommand implements Runnable {

    @Override
    public void run() {}
}
