package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.List;

/** The client's side of RFC 1961. */
final class GssapiInitiation extends GssapiExchange implements ClientNegotiation {

    private List<GssapiMessage> prepared = List.of();
    private boolean begun;

    GssapiInitiation(GssapiNegotiation negotiation) {
        super(negotiation, Turn.SEND);
    }

    @Override
    public ByteBuffer send() throws Socks5Exception {
        turn.require(Turn.SEND);
        turn = Turn.FAILED; // and stays so if the mechanism fails
        List<GssapiMessage> messages = begun ? prepared : negotiation.begin();
        begun = true;
        turn = Turn.RECEIVE;
        return Wire.encode(messages);
    }

    @Override
    Turn afterFailure() {
        return Turn.FAILED;
    }

    @Override
    Turn prepare(List<GssapiMessage> answers) {
        prepared = answers;
        if (negotiation.isDone()) {
            return Turn.DONE;
        }
        return answers.isEmpty() ? Turn.RECEIVE : Turn.SEND;
    }
}
