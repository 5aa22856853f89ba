/** A simulated world for tests of services, and the contracts that implementations of an SPI must pass. */
@org.jspecify.annotations.NullMarked
module io.parley.testkit {
    requires transitive io.parley.core;
    requires static org.jspecify;
    requires static org.junit.jupiter.api;

    exports io.parley.testkit;
    exports io.parley.testkit.contract;
    exports io.parley.testkit.discovery;
    exports io.parley.testkit.hostile;
    exports io.parley.testkit.log;
    exports io.parley.testkit.net;
    exports io.parley.testkit.netlab;
    exports io.parley.testkit.seeded;
}
