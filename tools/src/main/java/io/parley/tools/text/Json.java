package io.parley.tools.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.List;

/**
 * Writes one JSON object (RFC 8259) on one line: whatever a text holds, the line has no line break and is valid Unicode.
 * Names are written in the order given, and are not checked for being unique.
 */
public final class Json {
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder text = new StringBuilder(128).append('{');

    private Json() {}

    /** An empty object. */
    public static Json object() {
        return new Json();
    }

    /** Adds a text. */
    public Json put(String name, String value) {
        name(name);
        quote(value);
        return this;
    }

    /** Adds a whole number. */
    public Json put(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    /** Adds a number, with at most three digits after the point; JSON knows no infinity, which becomes null. */
    public Json put(String name, double value) {
        name(name);
        if (Double.isFinite(value)) {
            double rounded = Math.rint(value * 1_000) / 1_000;
            text.append(rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded));
        } else {
            text.append("null");
        }
        return this;
    }

    /** Adds true or false. */
    public Json put(String name, boolean value) {
        name(name);
        text.append(value);
        return this;
    }

    /** Adds an object. */
    public Json put(String name, Json value) {
        name(name);
        text.append(value);
        return this;
    }

    /** Adds an array of objects and, quoted, of everything else. */
    public Json put(String name, List<?> values) {
        name(name);
        text.append('[');
        String between = "";
        for (Object value : values) {
            text.append(between);
            if (value instanceof Json) {
                text.append(value);
            } else {
                quote(String.valueOf(value));
            }
            between = ",";
        }
        text.append(']');
        return this;
    }

    /** Adds a payload: as {@code message} when it is valid UTF-8, else as {@code message64}. */
    public Json payload(byte[] payload) {
        try {
            return put(
                    "message",
                    UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString());
        } catch (CharacterCodingException notText) {
            return put("message64", Base64.getEncoder().encodeToString(payload));
        }
    }

    private void name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        quote(name);
        text.append(':');
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f || Character.isSurrogate(c) && !isPair(value, i)) {
                escape(c);
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    private void escape(char c) {
        switch (c) {
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            default ->
                text.append("\\u")
                        .append(HEX.charAt(c >> 12))
                        .append(HEX.charAt(c >> 8 & 15))
                        .append(HEX.charAt(c >> 4 & 15))
                        .append(HEX.charAt(c & 15));
        }
    }

    /** Half a pair has no UTF-8: it is written as an escape. */
    private static boolean isPair(String value, int i) {
        char c = value.charAt(i);
        return Character.isHighSurrogate(c)
                ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
    }

    @Override
    public String toString() {
        return text + "}";
    }
}
