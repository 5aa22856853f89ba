package io.parley.discovery.internal.mdns;

/** Hears of services of one type. Called by threads of JmDNS; no method waits. */
interface Ear {
    /** A service is there, or something of it has changed. */
    void heard(ServiceHeard service);

    /** A service was taken back, or not repeated in time. */
    void gone(String name);

    /** More is said than is kept. */
    void refused(int count, String example);
}
