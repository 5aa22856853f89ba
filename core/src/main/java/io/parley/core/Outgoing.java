package io.parley.core;

import io.parley.core.channel.Filter;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message to be sent, with what may come along. Immutable.
 *
 * @param <T> the type of the value
 */
public final class Outgoing<T> {
    /** The longest key, header name or header value, in characters. */
    public static final int MAX_TEXT = 4_096;
    /** The most headers. */
    public static final int MAX_HEADERS = 64;

    private final T value;
    private final Attributes attributes;

    private record Attributes(
            String subject,
            @Nullable String key,
            Map<String, String> headers,
            @Nullable Duration ttl) {
        static final Attributes NONE = new Attributes("", null, Map.of(), null);
    }

    private Outgoing(T value, Attributes attributes) {
        this.value = value;
        this.attributes = attributes;
    }

    /** A message with nothing but a value. */
    public static <T> Outgoing<T> of(T value) {
        return new Outgoing<>(value, Attributes.NONE);
    }

    /**
     * With a subject: what follows the channel's name and a dot.
     *
     * @throws ParleyException INVALID_ARGUMENT when it has empty tokens or wildcards
     */
    public Outgoing<T> subject(String suffix) {
        Filter.checkSubject(suffix);
        return with(suffix, key(), headers(), ttl());
    }

    /** With a key: a queue runs messages with the same key one after another, in order. */
    public Outgoing<T> key(String newKey) {
        checkText("key", newKey);
        return with(subject(), newKey, headers(), ttl());
    }

    /** With a header; one of the same name is replaced. */
    public Outgoing<T> header(String name, String content) {
        checkText("header name", name);
        checkText("header " + name, content);
        Map<String, String> more = new LinkedHashMap<>(headers());
        more.put(name, content);
        if (more.size() > MAX_HEADERS) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, more.size() + " headers, expected at most " + MAX_HEADERS);
        }
        return with(subject(), key(), java.util.Collections.unmodifiableMap(more), ttl());
    }

    /** With a time to live: whoever has not begun with it by then is told of a gap instead. */
    public Outgoing<T> ttl(Duration timeToLive) {
        if (timeToLive.isNegative() || timeToLive.isZero()) {
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "ttl=" + timeToLive + ", expected > 0");
        }
        return with(subject(), key(), headers(), timeToLive);
    }

    private Outgoing<T> with(
            String subject, @Nullable String key, Map<String, String> headers, @Nullable Duration ttl) {
        return new Outgoing<>(value, new Attributes(subject, key, headers, ttl));
    }

    private static void checkText(String what, String text) {
        if (text.length() > MAX_TEXT) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    what + " of " + text.length() + " characters, expected at most " + MAX_TEXT);
        }
    }

    /** The value. */
    public T value() {
        return value;
    }

    /** The subject's suffix; empty when there is none. */
    public String subject() {
        return attributes.subject();
    }

    /** The key, or null. */
    public @Nullable String key() {
        return attributes.key();
    }

    /** The headers. */
    public Map<String, String> headers() {
        return attributes.headers();
    }

    /** The time to live, or null for ever. */
    public @Nullable Duration ttl() {
        return attributes.ttl();
    }
}
