package dev.socks5.conformance.suite;

/**
 * What happens in a case.
 *
 * @param <T> what the script works with
 */
@FunctionalInterface
public interface Script<T> {

    /**
     * Tries the program under test. To return is to pass.
     *
     * @throws Violation if the program fails
     * @throws NotOffered if it lacks what the case is about
     * @throws Exception if the suite itself cannot go on
     */
    void run(T trial) throws Exception;
}
