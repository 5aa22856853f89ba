package io.parley.transport.plain;

import java.util.Arrays;
import java.util.HexFormat;

/** By what a ROUTER calls one of its connections: as long as the connection lasts, or longer when the other side chose it. */
public final class RoutingId {
    private final byte[] bytes;

    private RoutingId(byte[] bytes) {
        this.bytes = bytes;
    }

    /** That of these bytes, for peers that choose theirs. */
    public static RoutingId of(byte[] bytes) {
        return new RoutingId(bytes.clone());
    }

    /** A copy of its bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RoutingId id && Arrays.equals(bytes, id.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
