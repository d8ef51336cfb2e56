package dev.socks5.benchmarks.startup;

/** Does nothing: what every program takes. */
final class Empty {

    private Empty() {}

    public static void main(String[] args) {
        long start = System.nanoTime();
        System.out.println(System.nanoTime() - start);
    }
}
