package io.parley.transport.plain;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.transport.internal.plain.CurveText;

/** A pair of keys for CURVE, in Z85: 40 characters each, as every ZeroMQ library writes them. */
public final class CurveKeys {
    private final String publicKey;
    private final String secretKey;

    private CurveKeys(String publicKey, String secretKey) {
        this.publicKey = publicKey;
        this.secretKey = secretKey;
    }

    /** A new pair. */
    public static CurveKeys generate() {
        String[] pair = CurveText.generate();
        return new CurveKeys(pair[0], pair[1]);
    }

    /**
     * A pair that was kept.
     *
     * @throws ParleyException INVALID_ARGUMENT
     */
    public static CurveKeys of(String publicKey, String secretKey) {
        check("public key", publicKey);
        if (!CurveText.isKey(secretKey)) {
            // what it is stays secret, also when it is mistyped
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "secret key: expected 40 characters of Z85");
        }
        return new CurveKeys(publicKey, secretKey);
    }

    static void check(String what, String key) {
        if (!CurveText.isKey(key)) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, what + " '" + key + "', expected 40 characters of Z85");
        }
    }

    /** To be given to others. */
    public String publicKey() {
        return publicKey;
    }

    /** To be kept. */
    public String secretKey() {
        return secretKey;
    }

    @Override
    public String toString() {
        return "CURVE " + publicKey;
    }
}
