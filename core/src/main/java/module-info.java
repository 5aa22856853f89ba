/** The API, the SPI and the engine of Parley. */
@org.jspecify.annotations.NullMarked
module io.parley.core {
    requires com.esotericsoftware.kryo;
    // named by Kryo's serializer of dates, which has no module-info to say so
    requires java.sql;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.parley.core;
    exports io.parley.core.channel;
    exports io.parley.core.codec;
    exports io.parley.core.error;
    exports io.parley.core.identity;
    exports io.parley.core.log;
    exports io.parley.core.spi;
    exports io.parley.core.wire;

    uses io.parley.core.NodeOpener;
    uses io.parley.core.codec.KryoOpener;
    uses io.parley.core.spi.DeliveryProvider;
    uses io.parley.core.spi.DiscoveryProvider;
    uses io.parley.core.spi.TransportProvider;

    provides io.parley.core.NodeOpener with
            io.parley.core.internal.engine.EngineOpener;
    provides io.parley.core.codec.KryoOpener with
            io.parley.core.internal.kryo.KryoCodecs;
}
