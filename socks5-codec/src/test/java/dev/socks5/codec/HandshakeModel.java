package dev.socks5.codec;

import dev.socks5.codec.Spoken.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The messages of a plan in the order in which they would follow each other if each waited for the one before it, and
 * how far they have come.
 */
final class HandshakeModel {
    /**
     * What is on offer, and what the server wants.
     *
     * @param words who speaks in the method: {@code c} for the client, {@code s} for the server
     * @param verdict whether the client says that it waits for a verdict alone
     * @param single whether the method is the only one on offer
     */
    record Plan(String words, boolean verdict, boolean protects, boolean single, Command command) {

        Word[] spoken() {
            return Stream.iterate(0, at -> at < words.length(), at -> at + 1)
                    .map(at -> new Word(words.charAt(at) == 'c', "0%d%02X".formatted(at + 1, (int) words.charAt(at))))
                    .toArray(Word[]::new);
        }
    }

    private final Plan plan;
    private final List<Word> steps = new ArrayList<>();
    private final List<Word> open;
    private final Word request;

    HandshakeModel(Plan plan) {
        this.plan = plan;
        request = Word.client(
                "05 0%d 00 01 C0000209 0050".formatted(plan.command().code()));
        steps.add(Word.client(plan.single() ? "05 01 80" : "05 02 81 80"));
        steps.add(Word.server("05 80"));
        steps.addAll(List.of(plan.spoken()));
        steps.add(request);
        steps.add(Word.server("05 00 00 01 C0000201 0001"));
        if (plan.command().equals(Command.BIND)) {
            steps.add(Word.server("05 00 00 01 C0000201 0002"));
        }
        open = new ArrayList<>(steps);
    }

    Turn turn() {
        if (open.isEmpty()) {
            return Turn.DONE;
        }
        return open.get(0).byClient() ? Turn.SEND : Turn.RECEIVE;
    }

    Word next() {
        return open.get(0);
    }

    Word receive() {
        return open.remove(0);
    }

    /** Gives the bytes of the next message, and of those that go ahead behind it. */
    String send(SendAhead ahead) {
        StringBuilder flight = new StringBuilder(open.remove(0).hex());
        boolean mayGoOn = isSelected() || plan.single();
        boolean atGreeting = !isSelected();
        if (ahead == SendAhead.ALL && atGreeting && mayGoOn && plan.words().startsWith("c")) {
            flight.append(open.remove(1).hex());
        }
        if (ahead != SendAhead.NOTHING && mayGoOn && open.contains(request) && requestIsClear()) {
            flight.append(request.hex());
            open.remove(request);
        }
        return flight.toString().replace(" ", "");
    }

    boolean isSelected() {
        return !open.contains(steps.get(1));
    }

    private boolean requestIsClear() {
        List<Word> left = wordsLeft();
        return left.isEmpty()
                ? !plan.protects()
                : plan.verdict() && left.stream().noneMatch(Word::byClient);
    }

    private List<Word> wordsLeft() {
        List<Word> left = new ArrayList<>(List.of(plan.spoken()));
        left.retainAll(open);
        return left;
    }

    boolean isRequestSent() {
        return !open.contains(request);
    }

    boolean isNegotiated() {
        return isSelected() && wordsLeft().isEmpty();
    }

    long replies() {
        return steps.size()
                - steps.indexOf(request)
                - 1L
                - open.stream()
                        .filter(steps.subList(steps.indexOf(request) + 1, steps.size())::contains)
                        .count();
    }
}
