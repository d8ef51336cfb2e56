package dev.socks5.codec;

import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;

/** A mechanism with a will of its own: what a test does not say, the fake one does. */
class OddContext implements GssapiContext {

    private final FakeContext fake;

    OddContext(FakeContext fake) {
        this.fake = fake;
    }

    /** One that says these words, one at a time, and whatever it hears. After the last one its context stands. */
    static OddContext saying(FakeContext fake, String... words) {
        return new OddContext(fake) {
            private int said;

            @Override
            public byte[] establish(byte[] token) {
                return Buffers.octets(words[said++]);
            }

            @Override
            public boolean isEstablished() {
                return said == words.length;
            }
        };
    }

    @Override
    public byte[] establish(byte[] token) throws GssapiException {
        return fake.establish(token);
    }

    @Override
    public boolean isEstablished() {
        return fake.isEstablished();
    }

    @Override
    public boolean offers(ProtectionLevel level) {
        return fake.offers(level);
    }

    @Override
    public String peerName() throws GssapiException {
        return fake.peerName();
    }

    @Override
    public int greatestData(int tokenLength, boolean confidential) throws GssapiException {
        return fake.greatestData(tokenLength, confidential);
    }

    @Override
    public byte[] wrap(ByteBuffer data, boolean confidential) throws GssapiException {
        return fake.wrap(data, confidential);
    }

    @Override
    public Unwrapped unwrap(byte[] token) throws GssapiException {
        return fake.unwrap(token);
    }

    @Override
    public void close() {
        fake.close();
    }
}
