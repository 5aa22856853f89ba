/** Transports over ZeroMQ. */
@org.jspecify.annotations.NullMarked
module io.parley.transport {
    requires transitive io.parley.core;
    requires org.zeromq.jeromq;
    requires static org.jspecify;

    exports io.parley.transport;
    exports io.parley.transport.plain;

    provides io.parley.core.spi.TransportProvider with
            io.parley.transport.internal.jeromq.JeromqProvider,
            io.parley.transport.internal.zmtp.ZmtpProvider;
}
