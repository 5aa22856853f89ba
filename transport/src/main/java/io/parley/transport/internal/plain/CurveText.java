package io.parley.transport.internal.plain;

import java.util.regex.Pattern;
import zmq.io.mechanism.curve.Curve;

/** Keys of CURVE as text, in Z85. */
public final class CurveText {
    private static final Pattern KEY = Pattern.compile("[0-9a-zA-Z.\\-:+=^!/*?&<>()\\[\\]{}@%$#]{40}");

    private CurveText() {}

    /** A new pair: the public key, and the secret one. */
    public static String[] generate() {
        return new Curve().keypairZ85();
    }

    /** Whether this is the text of a key. */
    public static boolean isKey(String text) {
        return KEY.matcher(text).matches();
    }
}
