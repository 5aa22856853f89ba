package io.parley.core.channel;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.util.List;

/**
 * Which messages of a topic a reader wants, by the part of the subject behind the channel's name. Tokens are separated by
 * dots; {@code *} stands for exactly one token, {@code #} at the end for zero or more. The empty filter matches messages
 * without a suffix.
 *
 * @param text as written, for example {@code eur.*}
 */
public record Filter(String text) {
    /** Matches every message. */
    public static final Filter ALL = new Filter("#");

    /** The longest subject suffix or filter, in characters. */
    public static final int MAX_LENGTH = 255;

    public Filter {
        if (text.length() > MAX_LENGTH) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "filter of " + text.length() + " characters, expected at most " + MAX_LENGTH);
        }
        List<String> tokens = tokens(text);
        for (int i = 0; i < tokens.size(); i++) {
            checkToken(text, tokens.get(i), i == tokens.size() - 1);
        }
    }

    private static void checkToken(String text, String token, boolean last) {
        boolean wild = token.indexOf('*') >= 0 || token.indexOf('#') >= 0;
        if (token.isEmpty() || wild && !token.equals("*") && !(token.equals("#") && last)) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "filter '" + text + "', expected tokens separated by dots, * for one token, # only at the end");
        }
    }

    /** Whether every message matches. */
    public boolean matchesAll() {
        return text.equals("#");
    }

    /** The tokens; none for the empty filter. */
    public List<String> tokens() {
        return tokens(text);
    }

    private static List<String> tokens(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("\\.", -1));
    }

    /**
     * Checks the suffix of a subject, as it is given with a message.
     *
     * @throws ParleyException INVALID_ARGUMENT when it has an empty token, a wildcard, or is too long
     */
    public static void checkSubject(String suffix) {
        int previous = '.';
        for (int i = 0; i < suffix.length(); i++) {
            char c = suffix.charAt(i);
            if (c == '*' || c == '#' || c == '.' && previous == '.') {
                throw badSubject(suffix);
            }
            previous = c;
        }
        if (suffix.length() > MAX_LENGTH || !suffix.isEmpty() && previous == '.') {
            throw badSubject(suffix);
        }
    }

    private static ParleyException badSubject(String suffix) {
        return new ParleyException(
                ErrorCode.INVALID_ARGUMENT,
                "subject '" + suffix + "', expected at most " + MAX_LENGTH
                        + " characters, tokens separated by dots, without * and #");
    }

    @Override
    public String toString() {
        return text;
    }
}
