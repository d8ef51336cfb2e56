package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what a listener is told, and checks that each beginning has one end. */
final class Told implements Socks5ClientListener {

    /** The end of an attempt: {@link ConnectTimes} or {@link ConnectFailure}. */
    private record End(ConnectAttempt attempt, Record outcome, Thread by) {}

    private final List<ConnectAttempt> begun = new CopyOnWriteArrayList<>();
    private final List<Thread> beginners = new CopyOnWriteArrayList<>();
    private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();

    @Override
    public void connecting(ConnectAttempt attempt) {
        beginners.add(Thread.currentThread());
        begun.add(attempt);
    }

    @Override
    public void connected(ConnectAttempt attempt, ConnectTimes times) {
        ends.add(new End(attempt, times, Thread.currentThread()));
    }

    @Override
    public void failed(ConnectAttempt attempt, ConnectFailure failure) {
        ends.add(new End(attempt, failure, Thread.currentThread()));
    }

    List<ConnectAttempt> begun() {
        return begun;
    }

    /** Gives the thread that told of the only beginning. */
    Thread beginner() {
        assertThat(beginners).hasSize(1);
        return beginners.get(0);
    }

    /** Gives the only attempt, which has succeeded or failed just once by now. */
    ConnectAttempt attempt() {
        assertThat(begun).hasSize(1);
        assertThat(ends).extracting(End::attempt).containsExactly(begun.get(0));
        return begun.get(0);
    }

    ConnectTimes times() {
        attempt();
        return (ConnectTimes) ends.element().outcome();
    }

    ConnectFailure failure() {
        attempt();
        return (ConnectFailure) ends.element().outcome();
    }

    /** Gives the thread that told of the only end. */
    Thread ender() {
        attempt();
        return ends.element().by();
    }

    /** Gives the end that comes next, of whatever attempt. */
    Record next() throws InterruptedException {
        End end = ends.poll(15, TimeUnit.SECONDS);
        assertThat(end).as("the end of an attempt").isNotNull();
        assertThat(begun).contains(end.attempt());
        return end.outcome();
    }

    boolean hasMore() {
        return !ends.isEmpty();
    }
}
