package io.parley.transport.plain;

import io.parley.transport.internal.plain.NativeSocket;

/** A native DEALER: each message goes to the next connection in turn, as the frames that it is given. */
public final class PlainDealer extends PlainSender {
    PlainDealer(NativeSocket socket, PlainSettings settings) {
        super(socket, settings, () -> {});
    }
}
