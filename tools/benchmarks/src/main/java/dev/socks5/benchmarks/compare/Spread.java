package dev.socks5.benchmarks.compare;

import java.util.Collection;

/**
 * What several rounds gave for one figure.
 *
 * @param least the least of them
 * @param median the middle one, or the mean of the two in the middle
 * @param greatest the greatest
 * @param count how many they are
 */
public record Spread(double least, double median, double greatest, int count) {

    /**
     * Sums up the rounds.
     *
     * @param values at least one
     * @return their spread
     */
    public static Spread of(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no value");
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int count = sorted.length;
        double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
        return new Spread(sorted[0], median, sorted[count - 1], count);
    }

    /**
     * Shows the median, and between what the values lie if there are several.
     *
     * @return for people
     */
    public String show() {
        String middle = Numbers.show(median);
        return count == 1 ? middle : "%s (%s–%s)".formatted(middle, Numbers.show(least), Numbers.show(greatest));
    }
}
