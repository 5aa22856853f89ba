package io.parley.tools.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259): objects become maps, arrays lists, numbers Long or Double, null {@link #NULL}. Nesting is limited,
 * since what is read may come from another process.
 */
public final class JsonReader {
    /** The deepest nesting. */
    public static final int MAX_DEPTH = 32;

    /** What stands for null. */
    public static final Object NULL = new Object();

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /**
     * Reads an object.
     *
     * @throws IllegalArgumentException that says where the text is no JSON object
     */
    public static Map<String, Object> object(String text) {
        JsonReader reader = new JsonReader(text);
        reader.space();
        Map<String, Object> object = reader.members(0);
        reader.space();
        if (reader.at < text.length()) {
            throw reader.unexpected();
        }
        return object;
    }

    /** A text of an object; empty when it is not there or something else. */
    public static String text(Map<String, Object> object, String name) {
        return object.get(name) instanceof String value ? value : "";
    }

    /** A number of an object; 0 when it is not there or something else. */
    public static double number(Map<String, Object> object, String name) {
        return object.get(name) instanceof Number value ? value.doubleValue() : 0;
    }

    /** A whole number of an object; 0 when it is not there or something else. */
    public static long whole(Map<String, Object> object, String name) {
        return object.get(name) instanceof Number value ? value.longValue() : 0;
    }

    /** The texts of an array of an object. */
    public static List<String> texts(Map<String, Object> object, String name) {
        List<String> texts = new ArrayList<>();
        if (object.get(name) instanceof List<?> values) {
            values.forEach(value -> texts.add(String.valueOf(value)));
        }
        return texts;
    }

    /** The objects of an array of an object. */
    public static List<Map<String, Object>> objects(Map<String, Object> object, String name) {
        List<Map<String, Object>> objects = new ArrayList<>();
        if (object.get(name) instanceof List<?> values) {
            for (Object value : values) {
                if (value instanceof Map<?, ?> map) {
                    Map<String, Object> copy = new LinkedHashMap<>();
                    map.forEach((key, member) -> copy.put(String.valueOf(key), member));
                    objects.add(copy);
                }
            }
        }
        return objects;
    }

    private Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("JSON nested deeper than " + MAX_DEPTH);
        }
        char c = peek();
        return switch (c) {
            case '{' -> members(depth);
            case '[' -> elements(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", NULL);
            default -> number();
        };
    }

    private Map<String, Object> members(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        expect('{');
        space();
        if (peek() == '}') {
            at++;
            return members;
        }
        while (true) {
            space();
            String name = string();
            space();
            expect(':');
            space();
            members.put(name, value(depth + 1));
            space();
            if (peek() != ',') {
                expect('}');
                return members;
            }
            at++;
        }
    }

    private List<Object> elements(int depth) {
        List<Object> elements = new ArrayList<>();
        expect('[');
        space();
        if (peek() == ']') {
            at++;
            return elements;
        }
        while (true) {
            space();
            elements.add(value(depth + 1));
            space();
            if (peek() != ',') {
                expect(']');
                return elements;
            }
            at++;
        }
    }

    private String string() {
        expect('"');
        StringBuilder string = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c < 0x20) {
                at--;
                throw unexpected();
            }
            string.append(c == '\\' ? escaped() : c);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw unexpected();
            }
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw unexpected();
            }
            code = code << 4 | digit;
            at++;
        }
        return (char) code;
    }

    private Object number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(from, at);
        Object number = parsed(digits);
        if (number == null) {
            at = from;
            throw unexpected();
        }
        return number;
    }

    private static @Nullable Object parsed(String digits) {
        if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            return null;
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException notWhole) {
            return Double.parseDouble(digits);
        }
    }

    private Object word(String word, Object meaning) {
        if (!text.startsWith(word, at)) {
            throw unexpected();
        }
        at += word.length();
        return meaning;
    }

    private char peek() {
        if (at >= text.length()) {
            throw unexpected();
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw unexpected();
        }
        at++;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException(
                at < text.length()
                        ? "no JSON: unexpected '" + text.charAt(at) + "' at character " + at
                        : "no JSON: it ends too early, at character " + at);
    }
}
