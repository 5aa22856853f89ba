package io.parley.core.spi;

import io.parley.core.identity.Subnet;
import java.util.List;

/** Hears what a source of discovery hears. Any thread; no method waits. */
public interface DiscoveryListener {
    /** A claim with a key that was not there. */
    void found(Claim claim);

    /** A claim with a key that was there, and says something else now, or was confirmed for another lease. */
    void updated(Claim claim);

    /** The source does not hear a claim any more. That closes no link. */
    void lost(String key, String reason);

    /** Something does not work, and will be tried again. */
    void failed(String what);

    /**
     * The networks on which the source hears, from now on. Addresses elsewhere are refused: a forged claim must not have
     * nodes knock at doors that the forger cannot reach. Until this is told, every numeric address is refused.
     */
    void networks(List<Subnet> networks);

    /** This host has an address that it had not before: links over another one may be dead without a sign of it. */
    void addressesChanged();

    /**
     * The source did not keep what it heard, since it was more, or came faster, than a network has.
     *
     * @param count how many since this was told before
     * @param example one of them, for people
     */
    void refused(int count, String example);
}
