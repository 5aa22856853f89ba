package io.parley.transport.plain;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.transport.internal.plain.SocketSettings;
import java.util.Collection;
import java.util.Set;

/** Which side of CURVE a socket is, and whom it trusts. Not bound to who listens. */
public final class PlainCurve {
    private final SocketSettings.Curve curve;

    private PlainCurve(SocketSettings.Curve curve) {
        this.curve = curve;
    }

    /**
     * A socket that lets in those with one of these public keys, and nobody else.
     *
     * @throws ParleyException INVALID_ARGUMENT when there is no key: there is no server for everybody
     */
    public static PlainCurve server(CurveKeys own, Collection<String> allowed) {
        if (allowed.isEmpty()) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "a CURVE server without allowed keys lets nobody in; give their public keys");
        }
        allowed.forEach(key -> CurveKeys.check("allowed key", key));
        return new PlainCurve(new SocketSettings.Curve.Server(own.secretKey(), Set.copyOf(allowed)));
    }

    /** A socket that speaks only with the one that has this public key. */
    public static PlainCurve client(CurveKeys own, String serverKey) {
        CurveKeys.check("server key", serverKey);
        return new PlainCurve(new SocketSettings.Curve.Client(own.publicKey(), own.secretKey(), serverKey));
    }

    SocketSettings.Curve curve() {
        return curve;
    }
}
