package dev.socks5.codec;

import java.util.Arrays;

/** A message of a security mechanism to its peer (RFC 1961): bytes of no meaning to SOCKS. Immutable. */
public final class GssapiToken {

    /** The greatest length in bytes: LEN can count no more. */
    public static final int MAX_LENGTH = 0xFFFF;

    private final byte[] octets;

    private GssapiToken(byte[] octets) {
        this.octets = octets;
    }

    /**
     * Makes a token of these bytes.
     *
     * @param octets 0 to 65,535; copied
     * @return the token
     * @throws IllegalArgumentException if there are more
     */
    public static GssapiToken of(byte... octets) {
        if (octets.length > MAX_LENGTH) {
            throw new IllegalArgumentException("a token has at most 65,535 octets, not " + octets.length);
        }
        return new GssapiToken(octets.clone());
    }

    /** Makes a token of what a mechanism has made, without a copy. It has not heard of LEN. */
    static GssapiToken madeOf(byte[] octets) throws GssapiException {
        if (octets.length > MAX_LENGTH) {
            throw new GssapiException(
                    String.format("the mechanism's token of %d octets is too long", octets.length), null);
        }
        return owning(octets);
    }

    /** The same without a copy, for those who keep no reference. */
    static GssapiToken owning(byte[] octets) {
        return new GssapiToken(octets);
    }

    /**
     * Returns the length in bytes.
     *
     * @return 0 to 65,535
     */
    public int length() {
        return octets.length;
    }

    /**
     * Returns the bytes.
     *
     * @return a copy
     */
    public byte[] octets() {
        return octets.clone();
    }

    byte[] uncopied() {
        return octets;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GssapiToken token && Arrays.equals(octets, token.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    /** Says how long it is, and nothing of what is in it. */
    @Override
    public String toString() {
        return String.format("GssapiToken[%d octets]", octets.length);
    }
}
