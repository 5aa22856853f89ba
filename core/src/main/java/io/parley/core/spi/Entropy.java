package io.parley.core.spi;

/** Chance: identities, nonces, jitter. Any thread. */
public interface Entropy {
    /** 64 random bits. For identities the source must not be guessable. */
    long nextLong();

    /** A factor between {@code 1 - spread} and {@code 1 + spread}, for jitter. */
    default double jitter(double spread) {
        double unit = (nextLong() >>> 11) * 0x1.0p-53;
        return 1 - spread + 2 * spread * unit;
    }
}
