package io.parley.core.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds whose filters match a subject: a tree of tokens, and in front of it a bounded memory of the subjects seen lately, by
 * their bytes, since the same few subjects come again and again. Belongs to one thread.
 *
 * @param <V> what stands behind a filter
 */
public final class SubjectIndex<V> {
    private static final int REMEMBERED = 4_096;

    private final Node<V> root = new Node<>();
    private final Map<Subject, List<V>> remembered = new HashMap<>();
    private final Subject probe = new Subject();
    private int size;

    /** An empty index. */
    public SubjectIndex() {}

    /** Adds a value behind a filter. */
    public void add(Filter filter, V value) {
        Node<V> node = root;
        for (String token : filter.tokens()) {
            node = node.child(token);
        }
        node.values.add(value);
        size++;
        remembered.clear();
    }

    /** Takes away one value behind a filter; nothing happens when it is not there. */
    public void remove(Filter filter, V value) {
        if (root.remove(filter.tokens(), 0, value)) {
            size--;
            remembered.clear();
        }
    }

    /** How many values stand behind filters. */
    public int size() {
        return size;
    }

    /**
     * The values whose filter matches. Do not change the list.
     *
     * @param bytes the subject's suffix in UTF-8, at absolute offsets
     */
    public List<V> match(ByteBuffer bytes, int from, int length) {
        probe.read(bytes, from, length);
        List<V> found = remembered.get(probe);
        if (found == null) {
            if (remembered.size() >= REMEMBERED) {
                remembered.clear();
            }
            found = match(new String(probe.bytes, 0, length, UTF_8));
            remembered.put(probe.copy(), found);
        }
        return found;
    }

    /** Like {@link #match(ByteBuffer, int, int)} for a subject's suffix as text. */
    public List<V> match(String suffix) {
        String[] tokens = suffix.isEmpty() ? new String[0] : suffix.split("\\.", -1);
        List<V> found = new ArrayList<>();
        root.match(tokens, 0, found);
        return found;
    }

    private static final class Node<V> {
        private final List<V> values = new ArrayList<>(1);
        private @Nullable Map<String, Node<V>> children;

        Node<V> child(String token) {
            Map<String, Node<V>> map = children;
            if (map == null) {
                map = new HashMap<>();
                children = map;
            }
            return map.computeIfAbsent(token, t -> new Node<>());
        }

        void match(String[] tokens, int at, List<V> found) {
            Map<String, Node<V>> map = children;
            if (at == tokens.length) {
                found.addAll(values);
            }
            if (map == null) {
                return;
            }
            Node<V> rest = map.get("#");
            if (rest != null) {
                found.addAll(rest.values);
            }
            if (at < tokens.length) {
                Node<V> any = map.get("*");
                if (any != null) {
                    any.match(tokens, at + 1, found);
                }
                Node<V> exact = map.get(tokens[at]);
                if (exact != null) {
                    exact.match(tokens, at + 1, found);
                }
            }
        }

        boolean remove(List<String> tokens, int at, V value) {
            if (at == tokens.size()) {
                return values.remove(value);
            }
            Map<String, Node<V>> map = children;
            Node<V> child = map == null ? null : map.get(tokens.get(at));
            if (map == null || child == null || !child.remove(tokens, at + 1, value)) {
                return false;
            }
            if (child.values.isEmpty() && (child.children == null || child.children.isEmpty())) {
                map.remove(tokens.get(at));
            }
            return true;
        }
    }

    /** A subject's bytes as a key of a map; the probe is read into again and again. */
    private static final class Subject {
        private byte[] bytes = new byte[64];
        private int length;
        private int hash;

        void read(ByteBuffer from, int at, int newLength) {
            if (bytes.length < newLength) {
                bytes = new byte[newLength];
            }
            length = newLength;
            from.get(at, bytes, 0, newLength);
            int h = 1;
            for (int i = 0; i < newLength; i++) {
                h = 31 * h + bytes[i];
            }
            hash = h;
        }

        Subject copy() {
            Subject copy = new Subject();
            copy.bytes = Arrays.copyOf(bytes, length);
            copy.length = length;
            copy.hash = hash;
            return copy;
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Subject s
                    && s.hash == hash
                    && Arrays.equals(s.bytes, 0, s.length, bytes, 0, length);
        }
    }
}
