package io.parley.core.internal.engine;

import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Writes one JSON object, within a limit: a list says {@code "and N more"} where what it holds does not fit. */
final class JsonText {
    private final int limit;
    private final StringBuilder text;

    /** An object of about so many characters at the most. */
    JsonText(int limit) {
        this(limit, new StringBuilder());
    }

    private JsonText(int limit, StringBuilder text) {
        this.limit = limit;
        this.text = text.append('{');
    }

    JsonText put(String name, String value) {
        name(name);
        quote(value);
        return this;
    }

    JsonText put(String name, Collection<String> values) {
        begin(name, '[');
        int left = values.size();
        for (String value : values) {
            separate('[');
            if (text.length() > limit) {
                quote("and " + left + " more");
                break;
            }
            quote(value);
            left--;
        }
        text.append(']');
        return this;
    }

    JsonText put(String name, Consumer<JsonText> object) {
        name(name);
        object.accept(new JsonText(limit, text));
        text.append('}');
        return this;
    }

    /** A list of objects, of which those are left out that do not fit. */
    <T> JsonText put(String name, List<T> values, BiConsumer<JsonText, T> each) {
        begin(name, '[');
        for (T value : values) {
            if (text.length() <= limit) {
                separate('[');
                each.accept(new JsonText(limit, text), value);
                text.append('}');
            }
        }
        text.append(']');
        return this;
    }

    private void begin(String name, char bracket) {
        name(name);
        text.append(bracket);
    }

    private void name(String name) {
        separate('{');
        quote(name);
        text.append(':');
    }

    private void separate(char opening) {
        if (text.charAt(text.length() - 1) != opening) {
            text.append(',');
        }
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    /** The object, which is not to be changed any more. */
    @Override
    public String toString() {
        return text + "}";
    }
}
