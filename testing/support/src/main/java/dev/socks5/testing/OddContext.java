package dev.socks5.testing;

import dev.socks5.codec.GssapiContext;
import dev.socks5.codec.GssapiException;
import dev.socks5.codec.ProtectionLevel;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** A mechanism with a will of its own: what a test does not say, the fake one does. */
public class OddContext implements GssapiContext {

    private final FakeContext fake;

    /** One that does what another one does. */
    public OddContext(FakeContext fake) {
        this.fake = fake;
    }

    /**
     * One that says these words in hexadecimal, one at a time, and whatever it hears. After the last one its context
     * stands.
     */
    public static OddContext saying(FakeContext fake, String... words) {
        return new OddContext(fake) {
            private int said;

            @Override
            public byte[] establish(byte[] token) {
                return HexFormat.of().parseHex(words[said++]);
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
