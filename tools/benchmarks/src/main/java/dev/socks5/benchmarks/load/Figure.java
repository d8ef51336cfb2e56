package dev.socks5.benchmarks.load;

/**
 * One thing that was measured once.
 *
 * @param name what was measured, the same for every server: {@code download, 16 tunnels}
 * @param unit such as {@code MB/s}, {@code CPU s/GB}
 * @param value a finite number
 * @param moreIsBetter whether the greater of two values is the better one
 */
public record Figure(String name, String unit, double value, boolean moreIsBetter) {}
