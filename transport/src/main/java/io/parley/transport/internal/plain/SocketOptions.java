package io.parley.transport.internal.plain;

import io.parley.transport.internal.guard.GuardedSocket;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.ZMQ;
import zmq.io.Metadata;

/** What is set on a native socket, and who is let in by it. */
final class SocketOptions {
    private SocketOptions() {}

    static void set(GuardedSocket socket, SocketSettings settings, String domain, InboundLimits limits) {
        NativeType type = settings.type();
        socket.set(ZMQ.ZMQ_MAXMSGSIZE, (long) settings.largestFrame());
        socket.set(ZMQ.ZMQ_MSG_ALLOCATOR, limits);
        socket.set(ZMQ.ZMQ_SNDHWM, settings.sendMessages());
        socket.set(ZMQ.ZMQ_RCVHWM, settings.receiveMessages());
        // with a domain everybody is asked for, also who has no key; and who speaks ZMTP 1 or 2 is refused
        socket.set(ZMQ.ZMQ_ZAP_DOMAIN, domain);
        if (type == NativeType.ROUTER) {
            socket.set(ZMQ.ZMQ_ROUTER_MANDATORY, true);
            // a peer that comes again under its own id before its old connection is missed would never be heard
            socket.set(ZMQ.ZMQ_ROUTER_HANDOVER, true);
        }
        if (type.deals()) {
            // it means its opposite: nothing is dealt to an address where nobody listens
            socket.set(ZMQ.ZMQ_IMMEDIATE, false);
        }
        curve(socket, settings.curve());
    }

    private static void curve(GuardedSocket socket, SocketSettings.@Nullable Curve curve) {
        if (curve instanceof SocketSettings.Curve.Server server) {
            socket.set(ZMQ.ZMQ_CURVE_SERVER, true);
            socket.set(ZMQ.ZMQ_CURVE_SECRETKEY, server.secretKey());
        } else if (curve instanceof SocketSettings.Curve.Client client) {
            socket.set(ZMQ.ZMQ_CURVE_PUBLICKEY, client.publicKey());
            socket.set(ZMQ.ZMQ_CURVE_SECRETKEY, client.secretKey());
            socket.set(ZMQ.ZMQ_CURVE_SERVERKEY, client.serverKey());
        }
    }

    /** Whether somebody with this key may connect. */
    static boolean admits(SocketSettings settings, String mechanism, String key) {
        SocketSettings.Curve curve = settings.curve();
        if (curve == null) {
            return mechanism.equals("NULL");
        }
        return curve instanceof SocketSettings.Curve.Server server
                && mechanism.equals("CURVE")
                && isAllowed(server.allowed(), key);
    }

    /** What is wrong with who sent this; empty when nothing is. Should JeroMQ ever let somebody in unasked. */
    static String faultOf(SocketSettings settings, Msg part) {
        if (!(settings.curve() instanceof SocketSettings.Curve.Server server) || settings.type() == NativeType.PUB) {
            return "";
        }
        Metadata metadata = part.getMetadata();
        if (metadata == null && settings.type() == NativeType.ROUTER) {
            return ""; // the routing id, which JeroMQ puts before what came
        }
        String user = metadata == null ? null : metadata.get(Metadata.USER_ID);
        return user != null && isAllowed(server.allowed(), user) ? "" : "a message without having been let in";
    }

    private static boolean isAllowed(Set<String> allowed, String key) {
        return !key.isEmpty() && allowed.contains(key);
    }
}
