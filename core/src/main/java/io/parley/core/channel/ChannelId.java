package io.parley.core.channel;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;

/**
 * What a channel is called. The name is one token of {@code [A-Za-z0-9_-]}, at most {@value #MAX_NAME} characters.
 *
 * @param kind the pattern
 * @param name one token
 */
public record ChannelId(Kind kind, String name) {
    /** The longest name, in characters. */
    public static final int MAX_NAME = 200;

    public ChannelId {
        checkName(name);
    }

    /**
     * Checks a channel name.
     *
     * @throws ParleyException INVALID_ARGUMENT when it is not one token
     */
    public static void checkName(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || !name.chars().allMatch(ChannelId::isNameCharacter)) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "channel name '" + name + "', expected 1 to " + MAX_NAME + " characters of A-Z a-z 0-9 _ -");
        }
    }

    /** The same in every JVM, as that of an enum constant is not: what is kept by channel stands in the same order everywhere. */
    @Override
    public int hashCode() {
        int ofKind = switch (kind) {
            case TOPIC -> 0;
            case QUEUE -> 1;
            case SERVICE -> 2;
        };
        return name.hashCode() * 31 + ofKind;
    }

    private static boolean isNameCharacter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
    }

    @Override
    public String toString() {
        return switch (kind) {
                    case TOPIC -> "topic ";
                    case QUEUE -> "queue ";
                    case SERVICE -> "service ";
                }
                + name;
    }
}
