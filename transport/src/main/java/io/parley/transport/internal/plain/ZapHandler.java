package io.parley.transport.internal.plain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.parley.core.spi.TransportTrouble;
import io.parley.transport.internal.guard.GuardedContext;
import io.parley.transport.internal.guard.GuardedSocket;
import io.parley.transport.internal.guard.Interrupts;
import io.parley.transport.internal.guard.JeromqFailure;
import io.parley.transport.internal.guard.Troubles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.ZMQ;
import zmq.util.Z85;

/**
 * Says who may connect (ZAP 1.0). JeroMQ lets everybody in while nobody is bound to this address, so it is bound before any
 * other socket is made, and closed after all of them; what it cannot read it refuses, and it answers everything: who waits
 * for an answer waits for ever. Belongs to the thread that owns the sockets.
 *
 * <pre>
 * request  id | "" | version | request id | domain | address | identity | mechanism | key
 * reply    id | "" | version | request id | status | text | user id | metadata
 * </pre>
 */
final class ZapHandler {
    private static final String ADDRESS = "inproc://zeromq.zap.01";
    private static final byte[] VERSION = "1.0".getBytes(US_ASCII);
    private static final byte[] NOTHING = {};
    private static final int MOST_FRAMES = 16;
    private static final int KEY_BYTES = 32;

    private static final int DELIMITER_AT = 1;
    private static final int VERSION_AT = 2;
    private static final int REQUEST_AT = 3;
    private static final int DOMAIN_AT = 4;
    private static final int PEER_AT = 5;
    private static final int MECHANISM_AT = 7;
    private static final int KEY_AT = 8;

    /** Decides for the sockets of one domain. */
    interface Policy {
        /**
         * Whether to let somebody in.
         *
         * @param mechanism NULL or CURVE
         * @param key in Z85; empty for NULL
         */
        boolean admits(String mechanism, String key);
    }

    private final GuardedSocket socket;
    private final Troubles troubles;
    private final Map<String, Policy> policies = new HashMap<>();

    /** Opens it as the first socket of a context. */
    ZapHandler(GuardedContext context, Interrupts interrupts, Troubles troubles) {
        this(new GuardedSocket(context.create(ZMQ.ZMQ_ROUTER), interrupts), troubles);
        context.watch(socket);
    }

    private ZapHandler(GuardedSocket socket, Troubles troubles) {
        this.socket = socket;
        this.troubles = troubles;
        if (socket.bind(ADDRESS) < 0) {
            throw new JeromqFailure("the address of authentication is taken");
        }
    }

    void admit(String domain, Policy policy) {
        policies.put(domain, policy);
    }

    void forget(String domain) {
        policies.remove(domain);
    }

    /** Answers what was asked. */
    int turn() {
        int answered = 0;
        List<byte[]> request = next();
        while (request != null) {
            answer(request);
            answered++;
            request = next();
        }
        return answered;
    }

    private @Nullable List<byte[]> next() {
        Msg part = socket.receive();
        if (part == null) {
            return null;
        }
        List<byte[]> frames = new ArrayList<>();
        frames.add(part.data());
        while (part != null && part.hasMore()) {
            part = socket.receive();
            if (part != null && frames.size() < MOST_FRAMES) {
                frames.add(part.data());
            }
        }
        return frames;
    }

    private void answer(List<byte[]> request) {
        Function<Integer, String> text = at -> request.size() > at ? new String(request.get(at), US_ASCII) : "";
        boolean legible = request.size() > MECHANISM_AT
                && request.get(DELIMITER_AT).length == 0
                && text.apply(VERSION_AT).equals("1.0");
        String mechanism = text.apply(MECHANISM_AT);
        byte[] key = request.size() == KEY_AT + 1 ? request.get(KEY_AT) : NOTHING;
        String name = key.length == KEY_BYTES ? Z85.encode(key, KEY_BYTES) : "";
        Policy policy = policies.get(text.apply(DOMAIN_AT));
        boolean admitted = legible && policy != null && policy.admits(mechanism, name);
        if (!admitted) {
            troubles.add(
                    TransportTrouble.PROTOCOL_ERROR,
                    text.apply(PEER_AT) + " was not let in, mechanism " + mechanism
                            + (name.isEmpty() ? "" : ", key " + name));
        }
        byte[] requestId = request.size() > REQUEST_AT ? request.get(REQUEST_AT) : NOTHING;
        reply(List.of(
                request.get(0),
                NOTHING,
                VERSION,
                requestId,
                (admitted ? "200" : "400").getBytes(US_ASCII),
                NOTHING,
                (admitted ? name : "").getBytes(US_ASCII),
                NOTHING));
    }

    private void reply(List<byte[]> frames) {
        for (int i = 0; i < frames.size(); i++) {
            int error = socket.send(new Msg(frames.get(i)), i < frames.size() - 1 ? ZMQ.ZMQ_SNDMORE : 0);
            if (error != 0) {
                // without an answer nobody is let in
                throw new JeromqFailure("an answer of authentication was not taken: error " + error);
            }
        }
    }
}
