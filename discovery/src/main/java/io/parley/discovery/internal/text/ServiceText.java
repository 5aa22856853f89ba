package io.parley.discovery.internal.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.spi.Announcement;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The TXT record of a node (RFC 6763 section 6). Below 200 bytes, since answers above 1,400 are silently lost.
 *
 * <pre>
 *   txtvers=1 | id=NodeId | ep=epoch | n=nonce, hexadecimal | g=hash of the group | pv=lowest-highest version | e=endpoint,…
 * </pre>
 *
 * @param id the node; null when the record does not say
 * @param run its run; null when the record does not say
 * @param group the hash of its group; empty when the record does not say
 * @param more endpoints beside the one of the SRV record
 */
public record ServiceText(@Nullable NodeId id, @Nullable Run run, String group, List<Endpoint> more) {
    private static final String VERSION = "1";
    private static final int MAX_MORE = 3;
    private static final int HASH_BYTES = 8;

    public ServiceText {
        more = List.copyOf(more);
    }

    /** The record of a node. */
    public static Map<String, String> of(Announcement node, List<Endpoint> more) {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("txtvers", VERSION);
        text.put("id", node.id().toString());
        text.put("ep", Long.toUnsignedString(node.run().epoch()));
        text.put("n", Long.toHexString(node.run().nonce()));
        text.put("g", groupHash(node.group()));
        text.put("pv", "1-1");
        if (!more.isEmpty()) {
            text.put(
                    "e",
                    String.join(
                            ",",
                            more.stream()
                                    .limit(MAX_MORE)
                                    .map(Endpoint::toString)
                                    .toList()));
        }
        return text;
    }

    /**
     * Reads a record.
     *
     * @param property gives the value of a key, or null
     * @return null when it is not one of ours, or damaged
     */
    public static @Nullable ServiceText read(Function<String, @Nullable String> property) {
        if (!VERSION.equals(property.apply("txtvers"))) {
            return null; // JmDNS tells of a newcomer first with an empty record
        }
        try {
            String id = property.apply("id");
            String epoch = property.apply("ep");
            String nonce = property.apply("n");
            String group = property.apply("g");
            Run run = epoch == null || nonce == null
                    ? null
                    : new Run(Long.parseUnsignedLong(epoch), Long.parseUnsignedLong(nonce, 16));
            String more = property.apply("e");
            return new ServiceText(
                    id == null ? null : NodeId.parse(id),
                    run,
                    group == null ? "" : group,
                    more == null ? List.of() : endpoints(more));
        } catch (ParleyException | NumberFormatException e) {
            return null;
        }
    }

    private static List<Endpoint> endpoints(String text) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String one : text.split(",", MAX_MORE + 1)) {
            if (endpoints.size() < MAX_MORE) {
                endpoints.add(Endpoint.parse(one));
            }
        }
        return endpoints;
    }

    /** Whether a node of this group may be meant: a record without a hash may be of any. */
    public boolean mayBeOf(String name) {
        return group.isEmpty() || group.equals(groupHash(name));
    }

    /** Names of groups are not for everybody on the network to read; but whoever guesses one can check it. */
    static String groupHash(String group) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("parley group 1".getBytes(UTF_8), "HmacSHA256"));
            byte[] hash = mac.doFinal(group.getBytes(UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(java.util.Arrays.copyOf(hash, HASH_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
