package dev.socks5.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What both sides say in one handshake.
 *
 * @param questions what the client sends
 * @param answers what the server sends; the last one is a failure unless the handshake succeeds
 */
record Script(
        Request request, @Nullable PasswordRequest login, List<ClientMessage> questions, List<ServerMessage> answers) {

    /**
     * Follows the RFC's diagram until something fails. A server that wants a login from a client without any takes
     * none.
     */
    static Script of(
            Request request,
            @Nullable PasswordRequest login,
            AuthMethod selected,
            PasswordResponse loginResult,
            Reply reply,
            Reply bindReply) {
        List<ClientMessage> questions = new ArrayList<>();
        List<ServerMessage> answers = new ArrayList<>();
        Script script = new Script(request, login, questions, answers);

        questions.add(
                login == null
                        ? Greeting.of(AuthMethod.NO_AUTHENTICATION)
                        : Greeting.of(AuthMethod.NO_AUTHENTICATION, AuthMethod.USERNAME_PASSWORD));
        boolean byPassword = selected.equals(AuthMethod.USERNAME_PASSWORD);
        if ((byPassword && login == null) || selected.equals(AuthMethod.NO_ACCEPTABLE)) {
            answers.add(new MethodSelection(AuthMethod.NO_ACCEPTABLE));
            return script;
        }
        answers.add(new MethodSelection(selected));
        if (byPassword && login != null) {
            questions.add(login);
            answers.add(loginResult);
            if (!loginResult.succeeded()) {
                return script;
            }
        }
        questions.add(request);
        answers.add(reply);
        if (reply.succeeded() && request.command().equals(Command.BIND)) {
            answers.add(bindReply);
        }
        return script;
    }

    ServerMessage lastAnswer() {
        return answers.get(answers.size() - 1);
    }

    /** What {@link ClientHandshake#reply} gives in the end: also a failure. */
    Optional<Reply> lastReply() {
        return Optional.of(lastAnswer()).filter(Reply.class::isInstance).map(Reply.class::cast);
    }

    /** Checks the login as written, and tells about it. Only an application's own check has another failure than 1. */
    ServerNegotiation check(Consumer<PasswordRequest> heard) {
        PasswordResponse result = (PasswordResponse) answers.get(1);
        if (!result.equals(PasswordResponse.SUCCESS) && !result.equals(PasswordResponse.FAILURE)) {
            heard.accept(Objects.requireNonNull(login));
            return Spoken.server(
                            0x02,
                            Spoken.Word.client(Buffers.hex(login.encode())),
                            Spoken.Word.server(Buffers.hex(result.encode())))
                    .endsInFailure();
        }
        return ServerNegotiation.password(said -> {
            heard.accept(said);
            return result.succeeded() ? Optional.of(said::username) : Optional.empty();
        });
    }

    boolean succeeds() {
        return lastAnswer() instanceof Reply reply && reply.succeeded();
    }

    Turn end() {
        return succeeds() ? Turn.DONE : Turn.FAILED;
    }

    /** Those that {@link ClientHandshake#receive} takes: the answer that makes it fail is thrown instead. */
    List<ServerMessage> answersTaken() {
        return succeeds() ? answers : answers.subList(0, answers.size() - 1);
    }

    /** The exception that the last answer calls for. */
    Class<? extends Socks5Exception> failure() {
        if (lastAnswer() instanceof MethodSelection) {
            return NoAcceptableMethodException.class;
        }
        return lastAnswer() instanceof PasswordResponse
                ? AuthenticationFailedException.class
                : RequestRejectedException.class;
    }
}
