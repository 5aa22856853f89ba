package io.parley.core.wire;

import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * Who a node says it is, in HELLO and WELCOME.
 *
 * <pre>
 *   id 16 bytes big endian | epoch u64 | nonce u64 | group str | name str | n u16, n × endpoint str
 * </pre>
 *
 * @param id the node
 * @param run its epoch and nonce
 * @param group nodes of other groups are refused
 * @param name for people; not an identity
 * @param endpoints where it listens; a wildcard host stands for the address that the link shows
 */
public record Introduction(NodeId id, Run run, String group, String name, List<String> endpoints) {
    /** The longest name or group, in bytes of UTF-8. */
    public static final int MAX_NAME = 200;
    /** The most endpoints. */
    public static final int MAX_ENDPOINTS = 16;

    private static final int MAX_ENDPOINT = 300;

    public Introduction {
        endpoints = List.copyOf(endpoints);
    }

    void put(FrameWriter out) {
        out.nodeId(id)
                .u64(run.epoch())
                .u64(run.nonce())
                .string(group)
                .string(name)
                .u16(endpoints.size());
        endpoints.forEach(out::string);
    }

    static Introduction take(FrameReader in) {
        NodeId id = in.nodeId();
        Run run = new Run(in.u64(), in.u64());
        String group = in.string(MAX_NAME);
        String name = in.string(MAX_NAME);
        int n = in.count(2);
        if (n > MAX_ENDPOINTS) {
            throw new MalformedFrame(n + " endpoints, expected at most " + MAX_ENDPOINTS);
        }
        List<String> endpoints = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            endpoints.add(in.string(MAX_ENDPOINT));
        }
        return new Introduction(id, run, group, name, endpoints);
    }
}
